import AsyncTopBus
import AsyncTopInsight
import TestSessions
import Testing

@Suite struct `The tree of waits` {
  let session = TestSession()

  func insight() -> Insight { Insight(session.snapshot(), places: LocationBook()) }

  /// The tree as lines, each node after so many dots as there are above it.
  func lines(filter: String = "") -> [String] {
    let insight = insight()
    return TreeRows(insight, .waits, filter: TextFilter(filter)) { _, _ in false }.rows.map { row in
      let entity = insight.entity(at: row.node, in: .waits)
      let text = if case .task(let id) = entity { "\(id)" } else { insight.label(entity) }
      return String(repeating: ".", count: row.depth) + text
    }
  }

  func create(_ ids: ClosedRange<UInt64>) {
    for id in ids { session.create(id) }
  }

  func wait(_ id: UInt64, _ reason: WaitReason) {
    session.run(id, for: .milliseconds(1), thenWait: reason)
  }

  @Test func `is empty where nothing waits`() {
    #expect(lines() == [])
    create(1...2)
    session.schedule(1)
    #expect(lines() == [])
  }

  @Test func `has a task that waits for its own business alone`() {
    create(1...2)
    wait(1, .timer(session.arm(in: .seconds(1), owner: 1)))
    wait(2, .continuation(64))
    #expect(lines() == ["1", "2"])
  }

  @Test func `puts who waits under the task it waits for`() {
    create(1...4)
    wait(1, .task(2))
    wait(2, .task(3))
    wait(4, .task(3))
    session.poll(3)
    #expect(lines() == ["3", ".2", "..1", ".4"])
  }

  @Test func `puts a lock under its holder, and who waits under the lock as they came`() {
    create(1...3)
    let lock = session.createResource(.lock, "door", holder: 1)
    wait(3, .resource(lock))
    wait(2, .resource(lock))
    wait(1, .timer(session.arm(in: .seconds(1), owner: 1)))
    #expect(lines() == ["1", ".lock “door”", "..3", "..2"])
    #expect(insight().waits.blockedCount(of: 0) == 2)
  }

  @Test func `has a resource, a future or an actor that several wait for, but not one's own`() {
    create(1...7)
    let (queue, socket) = (
      session.createResource(.queue, "jobs"), session.createResource(.socket, "tcp")
    )
    wait(1, .resource(queue))
    wait(2, .resource(queue))
    wait(3, .resource(socket))
    for id in 4...5 as ClosedRange<UInt64> { wait(id, .future(4096)) }
    let type = session.type("Shop.Bank")
    for id in 6...7 as ClosedRange<UInt64> { wait(id, .executor(64, type: type)) }
    #expect(
      lines() == [
        "queue “jobs”", ".1", ".2", "future", ".4", ".5", "actor Bank", ".6", ".7", "3",
      ])
  }

  @Test func `puts an actor under the task that runs on it, if that is one`() {
    create(1...3)
    let type = session.type("Shop.Bank")
    wait(2, .executor(64, type: type))
    session.poll(1)
    session.put(1, onActor: 64, type: type)
    session.advance(.milliseconds(3))
    #expect(lines() == ["1", ".actor Bank", "..2"])
    let insight = insight()
    let bank = EntityID.executor(64, type: type)
    #expect(insight.holder(of: bank)?.id == 1)
    #expect(insight.heldSince(bank).map { insight.snapshot.now - $0 } == 3_000_000)
    #expect(insight.waiters(for: .task(1)).map(\.id) == [2])
    // Another is on its way to it.
    session.poll(3, worker: 1)
    session.put(3, onActor: 64, type: type)
    #expect(self.insight().holder(of: bank) == nil)
    session.wait(3, for: .executor(64, type: type), worker: 1)
    #expect(lines() == ["1", ".actor Bank", "..2", "..3"])
  }

  @Test func `has a thread, for which those wait that have been runnable for long`() {
    create(1...4)
    for id in 1...3 as ClosedRange<UInt64> { session.schedule(id) }
    session.poll(4)
    session.advance(.milliseconds(99))
    #expect(lines() == [])
    session.advance(.milliseconds(1))
    #expect(lines() == ["thread", ".1", ".2", ".3"])
    let insight = insight()
    #expect(insight.starved.map(\.id) == [1, 2, 3])
    #expect(insight.running.map(\.id) == [4])
    #expect(insight.task(1).flatMap { insight.wait(of: $0) }?.kind == .thread)
    session.poll(1, worker: 1)
    #expect(lines() == ["thread", ".2", ".3"])
  }

  @Test func `puts a group under one of its tasks, and its owner under the group`() {
    create(1...1)
    session.createGroup(50, "batch", owner: 1)
    for id in 2...3 as ClosedRange<UInt64> {
      session.create(id, parent: 1, group: 50, flags: .child)
      wait(id, .future(4096))
    }
    wait(1, .group(50))
    #expect(lines() == ["future", ".2", "..group “batch” of 2, 2 running", "...1", ".3"])
  }

  @Test func `puts several under the oldest of them, and who waits for them under that`() {
    create(1...4)
    let several = session.createResource(.allOf, "gather", depth: 1, capacity: 4)
    for id in 2...3 as ClosedRange<UInt64> { session.await(id, in: several) }
    wait(1, .resource(several))
    #expect(lines() == ["2", ".gather", "..1", "3"])
    let insight = insight()
    #expect(insight.members(of: several).map(\.id) == [2, 3])
    #expect(insight.resource(several)?.pending == 3)
    #expect(insight.waiters(for: .task(3)).map(\.id) == [1])
    session.end(2)
    #expect(lines() == ["3", ".gather", "..1"])
  }

  @Test func `takes a task for one of those of the resource that it names, no other in its slot`() {
    create(1...2)
    let several = session.createResource(.allOf, "gather", capacity: 2)
    session.await(2, in: several + 1 << 32)
    wait(1, .resource(several))
    #expect(lines() == ["1"])
  }

  @Test func `cuts a circle at its first task, which comes first`() {
    create(1...5)
    for id in 1...3 as ClosedRange<UInt64> { wait(id, .future(4096)) }
    let (first, second) = (
      session.createResource(.lock, "first", holder: 5),
      session.createResource(.lock, "second", holder: 4)
    )
    wait(5, .resource(second))
    wait(4, .resource(first))
    let expected = ["4", ".lock “second”", "..5", "...lock “first”"]
    #expect(Array(lines().prefix(4)) == expected)
    let insight = insight()
    let closing = insight.waits.circles.map {
      [insight.entity(at: $0.key, in: .waits), insight.entity(at: $0.value, in: .waits)]
    }
    #expect(closing == [[.resource(first), .task(4)]])
  }

  @Test func `shows a task that waits for itself`() {
    create(1...1)
    wait(1, .task(1))
    #expect(lines() == ["1"])
    #expect(insight().waits.circles == [0: 0])
  }

  @Test func `puts a group in a circle under the task that closes it`() {
    create(1...1)
    session.createGroup(50, "batch", owner: 1)
    for id in 2...3 as ClosedRange<UInt64> {
      session.create(id, parent: 1, group: 50, flags: .child)
    }
    wait(2, .continuation(64))
    wait(3, .task(1))
    wait(1, .group(50))
    #expect(lines() == ["1", ".3", "..group “batch” of 2, 2 running", "2"])
  }

  @Test func `has what a task waits for that is not known as a root`() {
    create(1...2)
    wait(1, .task(99))
    wait(2, .resource(77))
    #expect(lines() == ["1", "2"])
  }

  @Test func `keeps what stands above of what a filter finds`() {
    create(1...3)
    session.create(4, "patient")
    let lock = session.createResource(.lock, "door", holder: 1)
    wait(4, .resource(lock))
    wait(2, .task(3))
    #expect(lines(filter: "patient") == ["1", ".lock “door”", "..4"])
  }

  @Test func `may be as deep as there are tasks`() {
    let session = TestSession(tasks: 100_000)
    for id in 1...100_000 as ClosedRange<UInt64> {
      session.create(id)
      session.run(id, for: .nanoseconds(1), thenWait: .task(id + 1))
    }
    let insight = Insight(session.snapshot(), places: LocationBook())
    #expect(insight.waits.roots.count == 1)
    #expect(insight.waits.roots.first.map { insight.waits.blockedCount(of: Int($0)) } == 99_999)
  }
}

@Suite struct `The place in a line` {
  let session = TestSession()

  func place(of id: UInt64) -> [Int]? {
    let insight = Insight(session.snapshot(), places: LocationBook())
    return insight.task(id).flatMap { insight.queuePlace(of: $0) }.map { [$0.place, $0.count] }
  }

  @Test func `is by how long one has waited`() {
    session.create(1).create(2).create(3)
    let lock = session.createResource(.lock, "door", holder: 1)
    for id in [3, 2] as [UInt64] {
      session.run(id, for: .milliseconds(1), thenWait: .resource(lock))
    }
    #expect(place(of: 3) == [1, 2] && place(of: 2) == [2, 2])
    #expect(place(of: 1) == nil)
  }

  @Test func `is not told where all are woken`() {
    session.create(1)
    let event = session.createResource(.event, "started")
    session.run(1, for: .milliseconds(1), thenWait: .resource(event))
    #expect(place(of: 1) == nil)
  }
}
