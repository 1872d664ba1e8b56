import CAsyncTopProbe
import TestSessions
import Testing

@testable import AsyncTopBus

@Suite struct `A task's record` {
  let session = TestSession()

  private func task(_ id: UInt64) throws -> TaskRecord {
    try #require(session.snapshot().tasks.first { $0.id == id })
  }

  @Test func `adds up what it did, and what it does now`() throws {
    session.create(1, "worker")
    session.advance(.milliseconds(1))
    session.schedule(1, by: 9)
    session.advance(.milliseconds(2))
    session.poll(1, worker: 3)
    session.advance(.milliseconds(4))
    session.wait(1, for: .unknown, worker: 3)
    session.advance(.milliseconds(8))
    let snapshot = session.snapshot()
    let task = try task(1)
    #expect(snapshot.name(of: task) == "worker")
    #expect(task.state == .waiting && task.polls == 1 && task.wakes == 1 && task.wokenBy == 9)
    #expect(task.worker == 3)
    #expect(task.scheduled(at: session.now) == 2_000_000)
    #expect(task.busy(at: session.now) == 4_000_000)
    #expect(task.age(at: session.now) == 15_000_000)
    #expect(task.idle(at: session.now) == 9_000_000)
    #expect(task.longestPoll?.length == 4_000_000)
    session.poll(1, worker: 4)
    session.advance(.milliseconds(16))
    let running = try self.task(1)
    #expect(running.state == .running && running.worker == 4)
    #expect(running.busy(at: session.now) == 20_000_000)
    // The moment may be an older one than the state.
    #expect(running.busy(at: 0) == 4_000_000 && running.idle(at: 0) == 0)
  }

  @Test(
    arguments: [
      .task(7), .group(1), .continuation(0x1000), .executor(0x2000, type: 3), .timer(1 << 32),
      .resource(1 << 32 | 5), .future(0x3000), .unknown,
    ] as [WaitReason])
  func `says what it waits for, as long as it waits`(reason: WaitReason) throws {
    session.create(1)
    session.run(1, for: .milliseconds(1), thenWait: reason)
    let isHop = if case .executor = reason { true } else { false }
    #expect(try task(1).waitsFor == reason)
    #expect(try task(1).state == (isHop ? .scheduled : .waiting))
    session.poll(1)
    #expect(try task(1).waitsFor == .none)
  }

  @Test func `is one of several of a group, which counts them`() throws {
    session.create(1).createGroup(5, "batch", owner: 1)
    for id in [2, 3, 4] as [UInt64] { session.create(id, parent: 1, group: 5, flags: .child) }
    session.end(3, .threw)
    session.cancelGroup(5)
    let snapshot = session.snapshot()
    let group = try #require(snapshot.groups.first)
    #expect(group.name == "batch" && group.parent == 1 && group.isCancelled && !group.isRuntime)
    #expect(group.spawned == 3 && group.ended == 1 && group.live == 2)
    let slot = try #require(try task(2).groupSlot)
    #expect(snapshot.groupPosition(inSlot: slot).map { snapshot.groups[$0].id } == 5)
    #expect(snapshot.groupPosition(inSlot: 63) == nil)
    #expect(try task(2).flags.contains(.child) && task(2).parent == 1)
  }

  @Test func `that has ended tells how, until its slot is another's`() throws {
    session.create(1, "first").create(2, "second")
    let before = session.snapshot()
    let (first, second) = (try task(1), try task(2))
    session.advance(.milliseconds(3))
    session.cancel(1)
    session.end(1, .threw)
    let after = session.snapshot()
    #expect(after.tasks.map(\.id) == [2])
    let ending = try #require(after.ending(of: first))
    #expect(ending.outcome == .threw && ending.at == session.now && ending.wasCancelled)
    #expect(after.ending(of: second) == nil)
    session.reuseSlots(of: [1], by: [3])
    #expect(session.snapshot().ending(of: first) == nil)
    #expect(session.snapshot().name(of: first) == "")
    // What was copied stays.
    #expect(before.name(of: first) == "first")
    #expect(try task(3).polls == 0 && task(3).flags == [] && task(3).waitsFor == .none)
  }

  @Test func `is cancelled once, at the first request`() throws {
    session.create(1)
    #expect(try session.snapshot().cancelled(task(1)) == nil)
    session.cancel(1)
    let moment = session.now
    session.advance(.seconds(1))
    session.cancel(1)
    #expect(try session.snapshot().cancelled(task(1)) == moment)
    #expect(try task(1).flags.contains(.cancelled))
  }

  @Test func `is counted at its site when it has ended`() throws {
    let site = session.source("Module/File.swift", 12, "work()")
    for id in [1, 2, 3] as [UInt64] {
      session.create(id, site: site)
      session.run(id, for: .milliseconds(Int64(id)), thenWait: .unknown)
    }
    session.cancel(2)
    session.end(1)
    session.end(2, .threw)
    let snapshot = session.snapshot()
    let counts = try #require(snapshot.counts(of: site))
    #expect(counts.returned == 1 && counts.threw == 1 && counts.unknown == 0)
    #expect(counts.cancelled == 1 && counts.polls == 2)
    #expect(counts.busy == 3_000_000 && counts.longestPoll == 2_000_000)
    #expect(
      snapshot.site(site) == .source(file: "Module/File.swift", line: 12, function: "work()"))
    #expect(snapshot.counts(of: 0) == nil && snapshot.counts(of: 1_024) == nil)
  }
}

@Suite struct `Records of other things` {
  let session = TestSession()

  @Test func `the kinds of resources are those of the region`() {
    let numbers: [ResourceRecord.Kind: tp_resource_kind] = [
      .lock: TP_RESOURCE_LOCK, .semaphore: TP_RESOURCE_SEMAPHORE, .event: TP_RESOURCE_EVENT,
      .condition: TP_RESOURCE_CONDITION, .barrier: TP_RESOURCE_BARRIER, .queue: TP_RESOURCE_QUEUE,
      .socket: TP_RESOURCE_SOCKET, .listener: TP_RESOURCE_LISTENER, .pipe: TP_RESOURCE_PIPE,
      .process: TP_RESOURCE_PROCESS, .signal: TP_RESOURCE_SIGNAL,
      .resolver: TP_RESOURCE_RESOLVER, .thread: TP_RESOURCE_THREAD, .allOf: TP_RESOURCE_ALL_OF,
      .anyOf: TP_RESOURCE_ANY_OF, .actor: TP_RESOURCE_ACTOR, .stream: TP_RESOURCE_STREAM,
    ]
    for kind in ResourceRecord.Kind.allCases.dropLast() {
      #expect(numbers[kind]?.rawValue == UInt32(kind.rawValue), "\(kind)")
    }
  }

  @Test func `a resource has its kind, holder, level and name`() throws {
    session.create(1)
    for kind in ResourceRecord.Kind.allCases where kind != .unknown {
      _ = session.createResource(
        kind, "the \(kind)", holder: 1, depth: 2, capacity: 3, waiters: 4, producers: 1)
    }
    let resources = session.snapshot().resources
    #expect(resources.map(\.kind) == Array(ResourceRecord.Kind.allCases.dropLast()))
    for resource in resources {
      #expect(resource.name == "the \(resource.kind)" && resource.holder == 1)
      #expect(resource.depth == 2 && resource.capacity == 3)
      #expect(resource.waiters == 4 && resource.producers == 1 && resource.uses == 1)
      #expect(resource.heldSince == session.now)
    }
  }

  @Test func `a resource counts the waits for it`() throws {
    let lock = session.createResource(.lock, "ledger")
    for (id, milliseconds) in [(1, 2), (2, 5)] as [(UInt64, Int64)] {
      session.create(id)
      session.run(id, for: .milliseconds(1), thenWait: .resource(lock))
      session.advance(.milliseconds(milliseconds))
      session.schedule(id)
    }
    let resource = try #require(session.snapshot().resources.first)
    #expect(resource.waits == 2 && resource.waited == 7_000_000)
    #expect(resource.longestWait == 5_000_000)
  }

  @Test(arguments: ResourceRecord.Kind.allCases)
  func `a resource that found no room is called what it is`(kind: ResourceRecord.Kind) {
    let id = UInt64(kind.rawValue) << 32 | UInt64(TP_UNLISTED)
    #expect(ResourceRecord.Kind(unlisted: id) == kind)
    #expect(ResourceRecord.Kind(unlisted: UInt64(kind.rawValue) << 32 | 5) == nil)
    #expect(ResourceRecord.Kind(unlisted: .max) == .unknown)
  }

  @Test func `a timer has its owner and deadline until it ends`() throws {
    session.create(1)
    let id = session.arm(in: .seconds(2), .timeout, owner: 1, site: 4, onLoop: true)
    let timer = try #require(session.snapshot().timers.first)
    #expect(timer.id == id && timer.kind == .timeout && timer.owner == 1 && timer.site == 4)
    #expect(timer.deadline == session.now + 2_000_000_000 && timer.armed == session.now)
    #expect(timer.loopSlot == 0)
    _ = session.arm(in: .seconds(1))
    #expect(session.snapshot().timers.last?.loopSlot == nil)
  }

  @Test func `a loop says how long it was busy and what took longest`() throws {
    session.startLoop("main", busy: 5_000, lag: 70)
    session.blockLoop(7, for: .milliseconds(9))
    let loop = try #require(session.snapshot().loops.first)
    #expect(loop.name == "main" && loop.iterations == 1 && loop.busy(at: session.now) == 5_000)
    #expect(loop.lag == 70 && loop.worstLag == 70 && loop.iterationBegan == nil)
    #expect(loop.longestJob?.length == 9_000_000 && loop.longestJob?.task == 7)
  }

  @Test func `workers count, and the sums are the process's`() throws {
    session.create(1).create(2)
    session.poll(1, worker: 0)
    session.poll(2, worker: 1)
    session.advance(.milliseconds(3))
    session.wait(1, for: .unknown, worker: 0)
    session.end(2)
    let snapshot = session.snapshot()
    #expect(snapshot.workers.map(\.thread) == [100, 101])
    #expect(snapshot.workers.map(\.counters.polls) == [1, 1])
    #expect(snapshot.totals.polls == 2 && snapshot.totals.created == 2)
    #expect(snapshot.totals.ended == 1)
    #expect(snapshot.totals.waits.reduce(0, +) == 1)
    #expect(snapshot.tally.totals == snapshot.totals)
  }

  @Test func `what found no room is told`() {
    #expect(session.snapshot().losses.isEmpty)
    session.loseTasks(5)
    session.lostEvents = 7
    let losses = session.snapshot().losses
    #expect(losses.tasks == 5 && losses.events == 7 && !losses.isEmpty)
  }

  @Test func `an async backtrace has its frames, and a number that is none has no backtrace`() {
    let short = session.stack([1, 2, 3])
    let long = session.stack((1...20).map { UInt64($0) * 16 }, isCut: true)
    let snapshot = session.snapshot()
    #expect(snapshot.stack(short) == Backtrace(frames: [1, 2, 3]))
    #expect(snapshot.stack(long)?.frames.count == 20 && snapshot.stack(long)?.isCut == true)
    for number in [0, 255, 256, .max] as [UInt32] { #expect(snapshot.stack(number) == nil) }
    for number in [0, 1_023, 1_024, .max] as [UInt32] { #expect(snapshot.site(number) == nil) }
  }

  @Test func `a site may be code, a class or a resumption`() {
    let code = session.code([10, 20, 0, 30])
    let resume = session.code([5, 6], isResume: true)
    let type = session.type("Ledger")
    let snapshot = session.snapshot()
    #expect(snapshot.site(code) == .code(stack: [10, 20], body: 30))
    #expect(snapshot.site(resume) == .resume([5, 6]))
    #expect(snapshot.site(type) == .type("Ledger"))
  }
}
