import AsyncTopBus
import AsyncTopInsight
import TestSessions
import Testing

@Suite struct `Deadlocks` {
  let session = TestSession()

  func circles() -> [Set<EntityID>] {
    Insight(session.snapshot(), places: LocationBook()).deadlocks.map(Set.init)
  }

  func wait(_ id: UInt64, _ reason: WaitReason) {
    session.run(id, for: .milliseconds(1), thenWait: reason)
  }

  @Test func `tasks that wait for each other are found, those that wait for them are not`() {
    session.create(1).create(2).create(3).create(4)
    wait(1, .task(2))
    wait(2, .task(1))
    wait(3, .task(1))
    wait(4, .task(99))
    #expect(circles() == [[.task(1), .task(2)]])
  }

  @Test func `two locks taken in two orders are one`() {
    session.create(1).create(2)
    let first = session.createResource(.lock, "first", holder: 1)
    let second = session.createResource(.lock, "second", holder: 2)
    wait(1, .resource(second))
    wait(2, .resource(first))
    #expect(circles() == [[.task(1), .task(2)]])
  }

  @Test func `a child that waits for the owner of its group is one`() {
    session.create(1).createGroup(50, owner: 1)
    session.create(2, parent: 1, group: 50, flags: .child)
    wait(1, .group(50))
    wait(2, .task(1))
    #expect(circles() == [[.task(1), .task(2), .group(50)]])
  }

  /// A task that waits for others, together.
  func wait(_ id: UInt64, for members: [UInt64], _ kind: ResourceRecord.Kind, of count: Int) {
    let resource = session.createResource(kind, "several", capacity: UInt32(count))
    for member in members { session.await(member, in: resource) }
    wait(id, .resource(resource))
  }

  @Test func `a circle through one of several that all must end is one`() {
    session.create(1).create(2).create(3)
    wait(1, for: [2, 3], .allOf, of: 2)
    wait(2, .task(1))
    #expect(circles() == [[.task(1), .task(2)]])
  }

  @Test func `a circle through one of several of which another can end is none`() {
    session.create(1).create(2).create(3)
    wait(1, for: [2, 3], .anyOf, of: 2)
    wait(2, .task(1))
    #expect(circles().isEmpty)
    wait(3, .task(1))
    #expect(circles() == [[.task(1), .task(2), .task(3)]])
  }

  @Test func `a circle through one of several of which another is not known is none`() {
    session.create(1).create(2)
    wait(1, for: [2], .anyOf, of: 2)
    wait(2, .task(1))
    #expect(circles().isEmpty)
  }

  @Test func `what is left of a circle without one that can go on is found`() {
    session.create(1).create(2).create(3).create(4).create(5)
    wait(1, for: [2, 3], .anyOf, of: 2)
    wait(2, for: [1, 4], .allOf, of: 2)
    wait(4, .task(2))
    #expect(circles() == [[.task(2), .task(4)]])
  }

  @Test func `a task that waits for itself is one`() {
    session.create(1)
    wait(1, .task(1))
    #expect(circles() == [[.task(1)]])
  }

  @Test func `a chain of waits is none, however long`() {
    let session = TestSession(tasks: 50_000)
    for id in 1...50_000 as ClosedRange<UInt64> {
      session.create(id)
      session.run(id, for: .nanoseconds(1), thenWait: .task(id + 1))
    }
    #expect(Insight(session.snapshot(), places: LocationBook()).deadlocks.isEmpty)
  }
}
