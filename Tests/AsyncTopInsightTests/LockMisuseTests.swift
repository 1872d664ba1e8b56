import AsyncTopBus
import AsyncTopInsight
import TestSessions
import Testing

@Suite struct `Misuse of locks` {
  let session = TestSession()
  let lock: UInt64

  init() {
    session.create(1, "first").create(2, "second").create(3, "third")
    lock = session.createResource(.lock, "ledger", holder: 1)
  }

  private var insight: Insight { Insight(session.snapshot(), places: LocationBook()) }

  private var texts: [String] { insight.lockMisuses.map(insight.text) }

  @Test func `none is found of a lock whose holder is there`() {
    session.advance(.seconds(3))
    #expect(texts == [])
    session.hold(lock, by: 0)
    session.end(1)
    session.advance(.seconds(3))
    #expect(texts == [])
  }

  @Test func `a lock whose holder has ended is found`() {
    session.end(1)
    session.advance(.seconds(3))
    #expect(texts == ["lock “ledger” is held by task 1, which has ended, for 3.0s"])
    session.run(2, for: .zero, thenWait: .resource(lock))
    let wait = insight.task(2).flatMap { insight.wait(of: $0) }
    #expect(wait?.text == "lock “ledger” held by task 1, which has ended")
  }

  @Test func `a holder that was never listed is not taken for one that has ended`() {
    session.hold(lock, by: 99)
    session.advance(.seconds(3))
    session.lostEvents = 1
    #expect(texts == [])
  }

  @Test func `a holder that came while the tables were copied has not ended`() {
    session.hold(lock, by: 99)
    #expect(texts == [])
  }

  @Test func `a release by another task than the holder is found, as long as the lock is there`() {
    session.hold(lock, by: 3, releasedBy: 2)
    session.advance(.seconds(1))
    session.hold(lock, by: 0)
    #expect(texts == ["task 2 “second” released lock “ledger”, which task 1 “first” held"])
    session.hold(lock, by: 1, releasedBy: 3)
    #expect(insight.lockMisuses.map(\.kind) == [.released(by: 3)])
  }
}
