import Instrumentation
import TaskInsight
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
}
