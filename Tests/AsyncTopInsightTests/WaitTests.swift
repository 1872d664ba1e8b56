import AsyncTopBus
import AsyncTopInsight
import TestSessions
import Testing

@Suite struct `What a task waits for` {
  let session = TestSession()

  init() {
    session.create(1, "fetch").create(2).create(7)
  }

  func wait(_ reason: WaitReason, site: UInt32 = 0) -> WaitDescription? {
    session.run(2, for: .milliseconds(1), thenWait: reason, site: site)
    let insight = Insight(session.snapshot(), places: LocationBook())
    return insight.task(2).flatMap { insight.wait(of: $0) }
  }

  @Test func `a task is named, also when it has ended`() {
    #expect(wait(.task(1))?.text == "task 1 “fetch”")
    #expect(wait(.task(1))?.target == .task(1))
    #expect(wait(.task(99))?.text == "task 99")
  }

  @Test func `a group says how many run`() {
    session.createGroup(50, "workers", owner: 2)
    for id in 10...12 as ClosedRange<UInt64> {
      session.create(id, parent: 2, group: 50, flags: .child)
    }
    session.end(11)
    #expect(wait(.group(50))?.text == "group “workers” of 3, 2 running")
  }

  @Test func `a timer says how long`() {
    let timer = session.arm(in: .milliseconds(1_201), owner: 2)
    #expect(wait(.timer(timer))?.text == "timer in 1.2s")
    session.advance(.seconds(2))
    let insight = Insight(session.snapshot(), places: LocationBook())
    #expect(insight.task(2).flatMap { insight.wait(of: $0) }?.text == "timer due 800ms ago")
  }

  @Test func `what the table has no room for is called what it is`() {
    let unlisted: UInt64 = 0xFFFF_FFFF
    let event = wait(.resource(3 << 32 | unlisted))
    #expect(event?.text == "event, not listed")
    #expect(event?.target == nil, "others wait for others")
    #expect(wait(.resource(12 << 32 | unlisted))?.text == "name look-up, not listed")
    #expect(wait(.resource(300 << 32 | unlisted))?.text == "something, not listed")
    #expect(wait(.resource(0))?.text == "something, not listed")
  }

  @Test func `a resource says who holds it and how full it is`() {
    let lock = session.createResource(.lock, "accounts", holder: 7)
    #expect(wait(.resource(lock))?.text == "lock “accounts” held by task 7")
    let queue = session.createResource(.queue, "jobs", depth: 3, capacity: 10)
    #expect(wait(.resource(queue))?.text == "queue “jobs”, 3 of 10 queued")
  }

  @Test func `a queue that is full is waited for to have room`() {
    let queue = session.createResource(
      .queue, "jobs", depth: 10, capacity: 10, waiters: 2, producers: 2)
    #expect(wait(.resource(queue))?.text == "room in queue “jobs”, 10 of 10 queued")
  }

  @Test func `a semaphore and a barrier say how many are there`() {
    let semaphore = session.createResource(.semaphore, "slots", depth: 3, capacity: 3)
    #expect(wait(.resource(semaphore))?.text == "semaphore “slots”, 3 of 3 taken")
    let barrier = session.createResource(.barrier, "start", depth: 1, capacity: 4)
    #expect(wait(.resource(barrier))?.text == "barrier “start”, 1 of 4 arrived")
    let event = session.createResource(.event, "ready", capacity: 1)
    #expect(wait(.resource(event))?.text == "event “ready”")
  }

  @Test func `an actor is named by its class`() {
    #expect(wait(.executor(64, type: session.type("Shop.Bank")))?.text == "actor Bank")
    #expect(wait(.executor(64, type: session.type("Swift.MainActor")))?.text == "main actor")
    #expect(wait(.executor(64, type: 0))?.text == "executor")
  }

  @Test func `what has no name says where it goes on`() {
    let site = session.source("App/Client.swift", 42, "Client.read()")
    #expect(wait(.continuation(64), site: site)?.text == "continuation at Client.swift:42")
    #expect(wait(.future(64))?.text == "future")
    #expect(wait(.unknown)?.text == "something")
  }

  @Test func `a task that runs waits for nothing`() {
    session.poll(2)
    let insight = Insight(session.snapshot(), places: LocationBook())
    #expect(insight.task(2).flatMap { insight.wait(of: $0) } == nil)
  }

  @Test func `who waits for something is found`() {
    _ = wait(.task(1))
    session.run(7, for: .milliseconds(1), thenWait: .task(1))
    let insight = Insight(session.snapshot(), places: LocationBook())
    #expect(insight.waiters(for: .task(1)).map(\.id) == [2, 7])
    #expect(insight.waiters(for: .task(2)).isEmpty)
  }
}
