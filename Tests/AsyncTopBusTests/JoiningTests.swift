import TestSessions
import Testing

@testable import AsyncTopBus

@Suite struct `A snapshot joined with a scan's` {
  let session = TestSession()
  let scan = TestSession()

  init() {
    session.create(1, "known")
    // The scan's clock is another one.
    scan.advance(.seconds(100))
    scan.create(1, "known too").create(2, "older").create(3, "not asked for")
    scan.createGroup(8, "its group", owner: 2)
    scan.createGroup(9, "another's", owner: 3)
    scan.run(2, for: .milliseconds(1), thenWait: .group(8), site: 0)
    scan.advance(.seconds(4))
    session.advance(.seconds(50))
  }

  private var joined: Snapshot { session.snapshot().joining(scan.snapshot(), tasks: [1, 2]) }

  @Test func `has the tasks that were asked for, and its own as they were`() throws {
    #expect(joined.tasks.map(\.id) == [1, 2])
    #expect(joined.tasks.map(\.isScanned) == [false, true])
    #expect(joined.tasks.map { joined.name(of: $0) } == ["known", "older"])
  }

  @Test func `has their groups under other ids, which their waits name`() throws {
    let group = try #require(joined.groups.first)
    #expect(joined.groups.count == 1 && group.isScanned && group.name == "its group")
    #expect(group.id != 8)
    #expect(joined.tasks[1].waitsFor == .group(group.id))
  }

  @Test func `tells their moments by its own clock, and not how they end`() throws {
    let task = joined.tasks[1]
    let ago = joined.now - task.since
    #expect(ago == 4_000_000_000)
    #expect(joined.ending(of: task) == nil && joined.cancelled(task) == nil)
  }
}
