public import CAsyncTopProbe

/// A task at one moment, with times in ticks of the session's clock.
public struct TaskRecord: Sendable {
  @usableFromInline let copy: tp_task_copy

  /// The Swift runtime's id of the task, unique in the process.
  @inlinable public var id: UInt64 { copy.task.id }
  /// What it does.
  @inlinable public var state: TaskState { TaskState(rawValue: copy.task.state) ?? .ended }
  /// When it was created.
  @inlinable public var created: UInt64 { copy.origin.created }
  /// When its state last changed.
  @inlinable public var since: UInt64 { copy.task.since }
  /// How often it was resumed.
  @inlinable public var polls: UInt64 { copy.task.polls }
  /// How often it was made runnable.
  public var wakes: UInt32 { copy.origin.wakes }
  /// The id of its structured parent, else of the task that created it, or 0.
  public var parent: UInt64 { copy.origin.parent }
  /// The id of the task that made it runnable last, or 0.
  public var wokenBy: UInt64 { copy.origin.woken_by }
  /// The site of its creation, or 0.
  @inlinable public var site: UInt32 { copy.origin.site }
  /// The site of the call that waits, or 0.
  public var waitSite: UInt32 { UInt32(copy.task.wait_site) }
  /// The number of its async backtrace when it last suspended, or 0.
  public var stack: UInt32 { number(UInt32(tp_stack_number(copy.task.stack))) }
  /// Whether the outer frames of that are those of an earlier wait at the same site.
  ///
  /// They mostly are the same; nobody looked again.
  public var isStackStale: Bool { UInt32(copy.task.stack) & TP_STACK_STALE != 0 }
  /// What else is known of it.
  @inlinable public var flags: TaskFlags { TaskFlags(rawValue: copy.origin.flags) }
  /// Its priority, as the raw value of Swift's `TaskPriority`.
  public var priority: UInt8 { copy.origin.priority }
  /// The worker that runs it or last ran it; nil if none has.
  public var worker: Int? {
    copy.task.worker == UInt16(TP_NO_WORKER) ? nil : Int(copy.task.worker)
  }
  /// How it ended, if it has.
  public var outcome: TaskOutcome { TaskOutcome(rawValue: copy.task.outcome) ?? .unknown }
  /// The slot of its group in the session's table of groups, or nil.
  public var groupSlot: Int? {
    copy.origin.group == 0 ? nil : Int(copy.origin.group) - 1 | Int(copy.origin.reserved) << 31
  }
  /// The mark of the resource that stands for several tasks, this one among them, or 0.
  ///
  /// The latest, if it is one of several in several ways.
  public var awaitedIn: UInt32 { copy.origin.awaited_in }
  /// Its longest poll that has ended; nil if none has.
  public var longestPoll: LongestPoll? {
    LongestPoll(length: copy.origin.longest_poll, ended: copy.origin.longest_ended, task: id)
  }
  /// Its slot in the table of tasks.
  @inlinable public var slot: Int {
    Int(copy.origin.reserved_word) | Int(copy.origin.reserved) << 31
  }

  private func number(_ number: UInt32) -> UInt32 {
    isScanned ? Snapshot.OtherTables.number(number) : number
  }

  /// What it waits for.
  public var waitsFor: WaitReason {
    let target = copy.task.wait_target
    // A hop to another executor leaves it scheduled, not suspended.
    guard state == .waiting || (state == .scheduled && copy.task.wait_kind == 4) else {
      return .none
    }
    switch UInt32(copy.task.wait_kind) {
    case TP_WAIT_NONE.rawValue: return .none
    case TP_WAIT_TASK.rawValue: return .task(target)
    case TP_WAIT_GROUP.rawValue:
      return .group(isScanned && target != 0 ? target | GroupRecord.otherID : target)
    case TP_WAIT_CONTINUATION.rawValue: return .continuation(target)
    case TP_WAIT_EXECUTOR.rawValue:
      return .executor(target, type: number(UInt32(copy.task.wait_type)))
    case TP_WAIT_TIMER.rawValue: return .timer(target)
    case TP_WAIT_RESOURCE.rawValue: return .resource(target)
    case TP_WAIT_FUTURE.rawValue: return .future(target)
    default: return .unknown
    }
  }

  /// The actor or serial executor that it runs on, by its address, and the site of its class.
  ///
  /// Nil if it doesn't run, runs on no actor, or that is not known.
  public var runsOn: (executor: UInt64, type: UInt32)? {
    guard state == .running, UInt32(copy.task.wait_kind) == TP_WAIT_EXECUTOR.rawValue else {
      return nil
    }
    return (copy.task.wait_target, UInt32(copy.task.wait_type))
  }

  /// Ticks spent on a thread, up to the moment given.
  public func busy(at now: UInt64) -> UInt64 {
    copy.task.busy +| (state == .running ? sinceChange(at: now) : 0)
  }

  /// Ticks spent runnable and waiting for a thread, up to the moment given.
  public func scheduled(at now: UInt64) -> UInt64 {
    copy.task.scheduled +| (state == .scheduled ? sinceChange(at: now) : 0)
  }

  /// Ticks spent suspended, up to the moment given.
  public func idle(at now: UInt64) -> UInt64 {
    age(at: now) -| (busy(at: now) +| scheduled(at: now))
  }

  /// Ticks since it was created; until its end, if it has ended.
  public func age(at now: UInt64) -> UInt64 {
    (state == .ended ? since : now) -| created
  }

  /// Ticks since its state last changed.
  public func sinceChange(at now: UInt64) -> UInt64 {
    now -| since
  }
}

/// The longest stretch that something kept a thread for.
public struct LongestPoll: Hashable, Sendable {
  /// How long it took, in ticks.
  public let length: UInt64
  /// When it ended, in ticks.
  public let ended: UInt64
  /// The id of the task that ran, or 0: a callback, or unknown.
  public let task: UInt64
  /// The site of the callback, or 0.
  public let site: UInt32

  init?(length: UInt64, ended: UInt64, task: UInt64, site: UInt32 = 0) {
    guard length > 0 else { return nil }
    self.length = length
    self.ended = ended
    self.task = task
    self.site = site
  }
}

/// What a task does at a moment.
public enum TaskState: UInt8, Hashable, Sendable, CaseIterable {
  /// It has ended.
  case ended = 0
  /// It exists and has not been made runnable.
  case created = 1
  /// It is runnable and waits for a thread.
  case scheduled = 2
  /// It runs on a thread.
  case running = 3
  /// It is suspended.
  case waiting = 4
}

/// What is known of a task beside its state.
public struct TaskFlags: OptionSet, Hashable, Sendable {
  /// The bits, as in the region.
  public let rawValue: UInt16

  /// Makes flags of the region's bits.
  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// A structured child: of a group or an `async let`.
  public static let child = TaskFlags(rawValue: 1 << 0)
  /// A child of a Swift task group.
  public static let groupChild = TaskFlags(rawValue: 1 << 1)
  /// An `async let`.
  public static let asyncLet = TaskFlags(rawValue: 1 << 2)
  /// Made by AsyncRuntime.
  public static let runtime = TaskFlags(rawValue: 1 << 3)
  /// Its cancellation was requested.
  public static let cancelled = TaskFlags(rawValue: 1 << 4)
  /// First seen after it was created, so its site and creator are not known.
  public static let adopted = TaskFlags(rawValue: 1 << 5)
  /// The program's main task.
  public static let main = TaskFlags(rawValue: 1 << 6)
}

/// How a task ended.
public enum TaskOutcome: UInt8, Hashable, Sendable {
  /// It has not ended.
  case none = 0
  /// Its function returned.
  case returned = 1
  /// Its function threw.
  case threw = 2
  /// It ended and the runtime did not say how.
  case unknown = 3
}

/// How and when a task ended.
public struct TaskEnding: Hashable, Sendable {
  /// How.
  public let outcome: TaskOutcome
  /// When, in ticks.
  public let at: UInt64
  /// Whether it had been asked to stop.
  public let wasCancelled: Bool

  /// Describes an end.
  public init(outcome: TaskOutcome, at: UInt64, wasCancelled: Bool) {
    self.outcome = outcome
    self.at = at
    self.wasCancelled = wasCancelled
  }
}

/// What a suspended task waits for.
public enum WaitReason: Hashable, Sendable {
  /// Nothing: it is not suspended.
  case none
  /// The result of the task with this id.
  case task(UInt64)
  /// A child of the group with this id.
  case group(UInt64)
  /// That somebody resumes the continuation at this address.
  case continuation(UInt64)
  /// Its turn on an executor or actor, at this address; `type` is the site of its class name, or 0.
  case executor(UInt64, type: UInt32)
  /// The timer with this id.
  case timer(UInt64)
  /// The resource with this id.
  case resource(UInt64)
  /// The future at this address.
  case future(UInt64)
  /// Something that the runtime did not say.
  case unknown
}

/// A task group at one moment.
public struct GroupRecord: Sendable {
  let copy: tp_group
  /// Its slot in the table of groups, which is how its children name it.
  public let slot: Int

  /// Its id, unique in the process.
  public var id: UInt64 { copy.id }
  /// The id of the task that owns it.
  public var parent: UInt64 { copy.parent }
  /// When it was created, or had its first child, in ticks.
  public var created: UInt64 { copy.created }
  /// How many children it was given in all.
  public var spawned: UInt64 { copy.spawned }
  /// How many of them have ended.
  public var ended: UInt64 { copy.ended }
  /// How many run.
  public var live: UInt64 { spawned -| ended }
  /// The site of its creation, or 0.
  public var site: UInt32 { copy.site }
  /// Whether it is AsyncRuntime's, not Swift's own.
  public var isRuntime: Bool { UInt32(copy.kind) == TP_GROUP_RUNTIME.rawValue }
  /// Whether it was cancelled as a whole.
  public var isCancelled: Bool { copy.cancelled != 0 }
  /// Its name from the app, untrusted; empty if it has none.
  public var name: String { copy.name.string }
}
