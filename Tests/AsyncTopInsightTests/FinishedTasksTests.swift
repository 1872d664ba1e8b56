import AsyncTopBus
import AsyncTopInsight
import TestSessions
import Testing

@Suite struct `Finished tasks` {
  @Test func `a session that goes back in time starts anew`() {
    let early = TestSession()
    early.create(1)
    let late = TestSession()
    late.advance(.seconds(1))
    late.create(2)
    var finished = FinishedTasks()
    finished.update(early.snapshot())
    finished.update(late.snapshot())
    #expect(finished.tasks.map(\.id) == [1])
    finished.update(early.snapshot())
    #expect(finished.tasks.isEmpty)
  }

  @Test func `no more than the limit are kept`() {
    let session = TestSession(tasks: 4_096)
    let ids = 1...2_000 as ClosedRange<UInt64>
    for id in ids { session.create(id) }
    var finished = FinishedTasks()
    finished.update(session.snapshot())
    for id in ids { session.end(id) }
    finished.update(session.snapshot())
    #expect(finished.tasks.count == FinishedTasks.limit)
  }

  /// Ten tasks, of which the first half end, and some of their slots are given to others.
  private func reused(after pause: Duration) -> (FinishedTasks, TestSession) {
    let session = TestSession()
    for id in 1...10 as ClosedRange<UInt64> { session.create(id, "old \(id)") }
    var finished = FinishedTasks()
    finished.update(session.snapshot())
    session.advance(.seconds(1))
    for id in 1...5 as ClosedRange<UInt64> { session.end(id, .threw) }
    session.reuseSlots(of: [1, 2], by: [101, 102])
    session.advance(pause)
    finished.update(session.snapshot())
    return (finished, session)
  }

  @Test func `what nobody saw is said to be unknown, and when it was at the latest`() throws {
    let (finished, session) = reused(after: .seconds(2))
    #expect(Set(finished.tasks.map(\.id)) == [1, 2, 3, 4, 5])
    let insight = Insight(session.snapshot(), finished: finished.tasks, places: LocationBook())
    for task in finished.tasks {
      let isLost = task.id <= 2
      #expect(task.isLost == isLost)
      #expect(task.outcomeWord == (isLost ? "unknown" : "threw"))
      #expect(insight.endText(of: task) == (isLost ? "≤3.0s" : "2.0s"))
    }
  }

  @Test func `what may have ended long before is not among the finished`() {
    // Between the two looks passed more time than finished tasks are kept.
    let (lost, _) = reused(after: .seconds(4.5))
    #expect(Set(lost.tasks.map(\.id)) == [3, 4, 5])
    let (none, _) = reused(after: .seconds(60))
    #expect(none.tasks.isEmpty)
  }

  @Test func `of more than the limit the latest are kept`() {
    let session = TestSession(tasks: 4_096)
    let ids = 1...2_000 as ClosedRange<UInt64>
    for id in ids { session.create(id) }
    var finished = FinishedTasks()
    finished.update(session.snapshot())
    // The first slots end last.
    for id in ids.reversed() {
      session.advance(.microseconds(1))
      session.end(id)
    }
    finished.update(session.snapshot())
    #expect(Set(finished.tasks.map(\.id)) == Set(1...1_000))
    #expect(finished.tasks.map(\.ended) == finished.tasks.map(\.ended).sorted())
  }
}
