import AsyncTopBus
import AsyncTopInsight
import TestSessions
import Testing

@Suite struct `A million` {
  @Test func `tasks are indexed, sorted, filtered and put into a tree`() {
    let session = TestSession(tasks: 1_000_000)
    session.create(1, "main")
    for id in 2...1_000_000 as ClosedRange<UInt64> { session.create(id, parent: 1) }
    let insight = Insight(session.snapshot(), places: LocationBook())
    var order = LazyOrder(insight.snapshot.tasks, descending: true) { $0.id }
    order.settle(0..<50)
    #expect(insight.snapshot.tasks[order[0]].id == 1_000_000)
    #expect(insight.taskPosition(1_000_000) == 999_999)
    let rows = TreeRows(insight, filter: TextFilter()) { _, children in children > 100 }
    #expect(rows.rows.count == 1)
    #expect(insight.tree.children(of: 0).count == 999_999)
  }

  @Test func `timers are sorted where they are seen`() {
    let session = TestSession(tasks: 1_000_000)
    for number in 0..<1_000_000 { session.arm(in: .nanoseconds(number * 7_919 % 1_000_003)) }
    let insight = Insight(session.snapshot(), places: LocationBook())
    var order = LazyOrder(insight.snapshot.timers, descending: false) { $0.deadline }
    order.settle(500_000..<500_050)
    let left = (500_000..<500_050).map { insight.remaining(insight.snapshot.timers[order[$0]]) }
    #expect(left == left.sorted())
  }
}
