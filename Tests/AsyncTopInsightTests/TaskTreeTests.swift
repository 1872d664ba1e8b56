import AsyncTopBus
import AsyncTopInsight
import TestSessions
import Testing

@Suite struct `The task tree` {
  /// The tree as lines, each node after so many dots as it has owners.
  func lines(_ insight: Insight, filter: String = "") -> [String] {
    TreeRows(insight, filter: TextFilter(filter)) { _, _ in false }.rows.map { row in
      let text =
        switch insight.entity(at: row.node) {
        case .task(let id): "\(id)"
        case .group(let id): "group \(id)"
        default: "?"
        }
      return String(repeating: ".", count: row.depth) + text + (row.isMatch ? "" : " (owner)")
    }
  }

  func insight(_ session: TestSession, finished: [FinishedTask] = []) -> Insight {
    Insight(session.snapshot(), finished: finished, places: LocationBook())
  }

  @Test func `a group stands between its owner and its tasks`() {
    let session = TestSession()
    session.create(1).createGroup(50, owner: 1)
    for id in 2...3 as ClosedRange<UInt64> {
      session.advance(.milliseconds(1))
      session.create(id, parent: 1, group: 50, flags: [.child, .groupChild])
    }
    session.create(4, parent: 1, flags: [.child, .asyncLet])
    #expect(lines(insight(session)) == ["1", ".group 50", "..2", "..3", ".4"])
  }

  @Test func `an unstructured task is under its creator until that ends`() {
    let session = TestSession()
    session.create(1)
    session.create(2, parent: 1)
    session.create(3, parent: 2)
    #expect(lines(insight(session)) == ["1", ".2", "..3"])
    session.end(2)
    #expect(lines(insight(session)) == ["1", "3"])
  }

  @Test func `children are ordered by age, whatever their slots`() {
    let session = TestSession()
    session.create(9)
    session.advance(.seconds(1))
    session.create(3, parent: 9)
    session.advance(.seconds(1))
    session.create(2, parent: 9)
    #expect(lines(insight(session)) == ["9", ".3", ".2"])
  }

  @Test func `tasks that say they own each other are shown all the same`() {
    let session = TestSession()
    session.create(1, parent: 3)
    session.create(2, parent: 1)
    session.create(3, parent: 2)
    session.create(4, parent: 4)
    #expect(lines(insight(session)).count == 4)
  }

  @Test func `a task that has ended stays for a while, under its group`() {
    let session = TestSession()
    var finished = FinishedTasks(retention: .seconds(4))
    session.create(1).createGroup(50, owner: 1)
    session.create(2, "fetch", parent: 1, group: 50, flags: [.child])
    finished.update(session.snapshot())
    session.end(2, .threw)
    session.advance(.seconds(1))
    finished.update(session.snapshot())
    #expect(finished.tasks.map(\.name) == ["fetch"])
    #expect(finished.tasks.map(\.outcome) == [.threw])
    #expect(lines(insight(session, finished: finished.tasks)) == ["1", ".group 50", "..2"])
    session.advance(.seconds(4))
    finished.update(session.snapshot())
    #expect(finished.tasks.isEmpty)
  }

  @Test func `of the children the living come first, then the latest that have ended`() {
    let session = TestSession()
    var finished = FinishedTasks()
    session.create(1)
    for id in 2...12 as ClosedRange<UInt64> {
      session.create(id, "short \(id)", parent: 1)
      finished.update(session.snapshot())
      session.end(id, .returned)
      session.advance(.milliseconds(1))
    }
    session.create(20, parent: 1)
    session.advance(.milliseconds(1))
    session.create(21, parent: 1)
    finished.update(session.snapshot())
    let insight = insight(session, finished: finished.tasks)
    #expect(
      lines(insight)
        == ["1", ".20", ".21", ".12", ".11", ".10", ".9", ".8", ".7", ".6", ".5"])
    #expect(lines(insight, filter: "short 2") == ["1 (owner)", ".2"])
  }

  @Test func `the first task that nobody created is the main task, if it is called so`() {
    let session = TestSession()
    session.create(1, "main").createGroup(50, owner: 1)
    session.create(2, "main", parent: 1, group: 50)
    session.create(3, "main", parent: 1)
    let insight = insight(session)
    #expect(insight.snapshot.tasks.map(insight.relation) == [.main, .child, .unstructured])
  }

  @Test func `a task without a name is called after its function`() {
    let session = TestSession()
    let functions = [
      "static Shop.sell(_:_:)", "closure #1 in Shop.run()", "work", "closure #1 (Int) -> ()",
    ]
    for (index, function) in functions.enumerated() {
      session.create(UInt64(index + 2), site: session.source("Shop.swift", 1, function))
    }
    session.create(9, flags: .asyncLet)
    let insight = insight(session)
    #expect(
      insight.snapshot.tasks.map { insight.displayName(of: $0) }
        == ["sell(_:_:)", "run()", "work", "closure #1 (Int) -> ()", "async let"])
  }

  @Test func `a filter keeps the owners of what it finds`() {
    let session = TestSession()
    session.create(1, "main")
    session.create(2, "worker", parent: 1)
    session.create(3, "fetch", parent: 2)
    session.create(4, "other", parent: 1)
    #expect(lines(insight(session), filter: "FETCH") == ["1 (owner)", ".2 (owner)", "..3"])
    #expect(lines(insight(session), filter: "nobody").isEmpty)
  }

  @Test func `a chain of a hundred thousand tasks is walked without recursion`() {
    let session = TestSession(tasks: 100_000)
    for id in 1...100_000 as ClosedRange<UInt64> { session.create(id, parent: id - 1) }
    let rows = TreeRows(insight(session), filter: TextFilter("100000")) { _, _ in false }.rows
    #expect(rows.count == 100_000)
    #expect(rows.last?.depth == 99_999)
  }
}
