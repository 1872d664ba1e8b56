import AsyncTopBus
import AsyncTopInsight
import TestSessions
import Testing

@Suite struct `A text filter` {
  @Test func `case does not matter, also beyond ASCII`() {
    #expect(TextFilter("fetch").matches("ReFETCHed"))
    #expect(TextFilter("STRASSE").matches("Hauptstrasse 3"))
    #expect(TextFilter("ÄPFEL").matches("zwei äpfel"))
    #expect(!TextFilter("fetch").matches("fetc"))
  }

  @Test func `an empty filter finds itself everywhere`() {
    #expect(TextFilter("").isEmpty)
    #expect(TextFilter("").matches(""))
  }

  @Test func `a task is found by its name, id, state, site and wait`() {
    let session = TestSession()
    let site = session.source("App/Client.swift", 42, "Client.read()")
    session.create(31, "fetch", site: site).create(32)
    let lock = session.createResource(.lock, "accounts")
    session.run(31, for: .milliseconds(1), thenWait: .resource(lock))
    session.poll(32)
    let insight = Insight(session.snapshot(), places: LocationBook())
    func found(_ text: String) -> [UInt64] {
      let matcher = Matcher(TextFilter(text), insight)
      return insight.snapshot.tasks.filter { matcher.matches($0) }.map(\.id)
    }
    for text in ["Fetch", "31", "WAITING", "client.swift", "account"] {
      #expect(found(text) == [31])
    }
    #expect(found("running") == [32])
    #expect(found("3") == [31, 32])
    #expect(found("nothing") == [])
  }
}
