import AsyncTopBus

extension TestSession {
  /// A small server, as most pictures show it.
  public static func server() -> TestSession {
    let session = TestSession()
    let main = session.source("Server/main.swift", 3, "main()")
    let accept = session.source("Server/Listener.swift", 20, "accept()")
    let client = session.source("Server/Client.swift", 42, "Client.run()")
    session.startLoop("main", busy: 1_000_000, lag: 80_000)
    session.create(1, "main", flags: .main, site: main)
    session.createGroup(900, "clients", owner: 1, site: accept)
    session.run(1, for: .milliseconds(2), thenWait: .group(900))
    let lock = session.createResource(.lock, "accounts", holder: 3, waiters: 1)
    for id in 2...4 as ClosedRange<UInt64> {
      session.create(
        id, "client \(id)", parent: 1, group: 900, flags: [.child, .groupChild], site: client)
    }
    let timer = session.arm(in: .seconds(30), .sleep, owner: 3, site: client)
    session.run(2, for: .microseconds(150), thenWait: .resource(lock), site: client)
    session.run(3, for: .microseconds(1_200), thenWait: .timer(timer), site: client)
    session.create(5, parent: 3, site: accept)
    session.advance(.milliseconds(1_960))
    session.schedule(5)
    session.advance(.milliseconds(40))
    session.cancel(4)
    session.schedule(4)
    session.poll(4)
    session.advance(.milliseconds(3))
    return session
  }
}
