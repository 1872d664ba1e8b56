public import AsyncTopBus
import CAsyncTopProbe

extension TestSession {
  /// Creates a task.
  @discardableResult
  public func create(
    _ id: UInt64, _ name: String = "", parent: UInt64 = 0, group: UInt64 = 0,
    flags: TaskFlags = [], site: UInt32 = 0
  ) -> TestSession {
    let slot = nextSlot.task
    nextSlot.task += 1
    slots[id] = slot
    unsafe memory.header.pointee.tasks.high = nextSlot.task
    apply(TP_EVENT_TASK_CREATED, slot: slot, id: id, a: id, b: parent)
    let groupSlot = group == 0 ? 0 : UInt64(slots[group | 1 << 60]! + 1)
    apply(
      TP_EVENT_TASK_ORIGIN, slot: slot, id: id, a: groupSlot << 32 | UInt64(site),
      b: UInt64(flags.rawValue))
    if !name.isEmpty { applyName(TP_EVENT_TASK_NAMED, slot: slot, id: id, name) }
    return self
  }

  /// Creates tasks in the slots of others that have ended.
  public func reuseSlots(of ended: [UInt64], by created: [UInt64]) {
    for (old, new) in zip(ended, created) {
      let slot = slots[old]!
      slots[new] = slot
      apply(TP_EVENT_TASK_CREATED, slot: slot, id: new, a: new)
    }
  }

  /// Makes a task runnable.
  public func schedule(_ id: UInt64, by waker: UInt64 = 0) {
    apply(TP_EVENT_TASK_SCHEDULED, slot: slots[id]!, id: id, a: waker)
  }

  /// Begins a poll, and makes the worker's thread known.
  public func poll(_ id: UInt64, worker: UInt16 = 0) {
    unsafe memory.header.pointee.worker_high = max(
      memory.header.pointee.worker_high, UInt32(worker) + 1)
    apply(TP_EVENT_WORKER_STARTED, slot: 0, id: 0, a: 100 + UInt64(worker), worker: worker)
    apply(TP_EVENT_POLL_BEGAN, slot: slots[id]!, id: id, worker: worker)
  }

  /// Says on which actor a task runs, as the probe does it: in its slot.
  public func put(_ id: UInt64, onActor address: UInt64, type: UInt32 = 0) {
    let task = unsafe tables.tasks + Int(slots[id]!)
    unsafe task.pointee.wait_target = address
    unsafe task.pointee.wait_type = UInt16(type)
    unsafe task.pointee.wait_kind = UInt8(TP_WAIT_EXECUTOR.rawValue)
  }

  /// Ends a poll with a wait.
  public func wait(
    _ id: UInt64, for reason: WaitReason, site: UInt32 = 0, stack: UInt32 = 0, worker: UInt16 = 0
  ) {
    let (kind, target, type): (tp_wait, UInt64, UInt32) =
      switch reason {
      case .none: (TP_WAIT_NONE, 0, 0)
      case .task(let id): (TP_WAIT_TASK, id, 0)
      case .group(let id): (TP_WAIT_GROUP, id, 0)
      case .continuation(let address): (TP_WAIT_CONTINUATION, address, 0)
      case .executor(let address, let type): (TP_WAIT_EXECUTOR, address, type)
      case .timer(let id): (TP_WAIT_TIMER, id, 0)
      case .resource(let id): (TP_WAIT_RESOURCE, id, 0)
      case .future(let address): (TP_WAIT_FUTURE, address, 0)
      case .unknown: (TP_WAIT_UNKNOWN, 0, 0)
      }
    apply(
      TP_EVENT_POLL_ENDED, slot: slots[id]!, id: id, detail: UInt8(kind.rawValue), a: target,
      b: UInt64(type) << 32 | UInt64(stack) << 16 | UInt64(site), worker: worker)
  }

  /// Runs a task for a time, then lets it wait.
  public func run(
    _ id: UInt64, for duration: Duration, thenWait reason: WaitReason, site: UInt32 = 0
  ) {
    poll(id)
    advance(duration)
    wait(id, for: reason, site: site)
  }

  /// Makes a task one of the several that a resource stands for.
  public func await(_ id: UInt64, in resource: UInt64) {
    apply(
      TP_EVENT_TASK_AWAITED, slot: slots[id]!, id: id, a: UInt64(tp_resource_mark(resource)))
  }

  /// Asks a task to stop.
  public func cancel(_ id: UInt64) {
    apply(TP_EVENT_TASK_CANCELLED, slot: slots[id]!, id: id)
  }

  /// Ends a task.
  public func end(_ id: UInt64, _ outcome: TaskOutcome = .returned) {
    apply(TP_EVENT_TASK_ENDED, slot: slots[id]!, id: id, detail: outcome.rawValue)
  }
}

extension TestSession {
  /// A small server, as most pictures show it.
  public static func server() -> TestSession {
    let session = TestSession()
    let main = session.source("Server/main.swift", 3, "main()")
    let accept = session.source("Server/Listener.swift", 20, "accept()")
    let client = session.source("Server/Client.swift", 42, "Client.run()")
    session.startLoop("main", busy: 1_000_000, lag: 80_000)
    session.create(1, "main", flags: .main, site: main)
    session.createGroup(900, "clients", owner: 1, site: accept)
    session.run(1, for: .milliseconds(2), thenWait: .group(900))
    let lock = session.createResource(.lock, "accounts", holder: 3, waiters: 1)
    for id in 2...4 as ClosedRange<UInt64> {
      session.create(
        id, "client \(id)", parent: 1, group: 900, flags: [.child, .groupChild], site: client)
    }
    let timer = session.arm(in: .seconds(30), .sleep, owner: 3, site: client)
    session.run(2, for: .microseconds(150), thenWait: .resource(lock), site: client)
    session.run(3, for: .microseconds(1_200), thenWait: .timer(timer), site: client)
    session.create(5, parent: 3, site: accept)
    session.advance(.milliseconds(1_960))
    session.schedule(5)
    session.advance(.milliseconds(40))
    session.cancel(4)
    session.schedule(4)
    session.poll(4)
    session.advance(.milliseconds(3))
    return session
  }
}
