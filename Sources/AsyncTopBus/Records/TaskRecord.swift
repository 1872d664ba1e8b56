import CAsyncTopProbe

/// A task at one moment, with times in ticks of the session's clock.
public struct TaskRecord: Sendable {
  let copy: tp_task_copy

  /// The Swift runtime's id of the task, unique in the process.
  public var id: UInt64 { copy.task.id }
  /// What it does.
  public var state: TaskState { TaskState(rawValue: copy.task.state) ?? .ended }
  /// When it was created.
  public var created: UInt64 { copy.origin.created }
  /// When its state last changed.
  public var since: UInt64 { copy.task.since }
  /// How often it was resumed.
  public var polls: UInt64 { copy.task.polls }
  /// How often it was made runnable.
  public var wakes: UInt32 { copy.origin.wakes }
  /// The id of its structured parent, else of the task that created it, or 0.
  public var parent: UInt64 { copy.origin.parent }
  /// The id of the task that made it runnable last, or 0.
  public var wokenBy: UInt64 { copy.origin.woken_by }
  /// The site of its creation, or 0.
  public var site: UInt32 { copy.origin.site }
  /// The site of the call that waits, or 0.
  public var waitSite: UInt32 { UInt32(copy.task.wait_site) }
  /// The number of its async backtrace when it last suspended, or 0.
  public var stack: UInt32 { number(UInt32(tp_stack_number(copy.task.stack))) }
  /// Whether the outer frames of that are those of an earlier wait at the same place.
  ///
  /// They mostly are the same; nobody looked again.
  public var isStackStale: Bool { UInt32(copy.task.stack) & TP_STACK_STALE != 0 }
  /// What else is known of it.
  public var flags: TaskFlags { TaskFlags(rawValue: copy.origin.flags) }
  /// Its priority, as the raw value of Swift's `TaskPriority`.
  public var priority: UInt8 { copy.origin.priority }
  /// The worker that runs it or last ran it; nil if none has.
  public var worker: Int? {
    copy.task.worker == UInt16(TP_NO_WORKER) ? nil : Int(copy.task.worker)
  }
  /// How it ended, if it has.
  public var outcome: TaskOutcome { TaskOutcome(rawValue: copy.task.outcome) ?? .unknown }
  /// The place of its group in the session's table of groups, or nil.
  public var groupSlot: Int? {
    copy.origin.group == 0 ? nil : Int(copy.origin.group) - 1 | Int(copy.tables) << 31
  }
  /// The mark of the resource that stands for several tasks, this one among them, or 0.
  ///
  /// The latest, if it is one of several in several ways.
  public var awaitedIn: UInt32 { copy.origin.awaited_in }
  /// Its longest poll that has ended; nil if none has.
  public var longestPoll: LongestPoll? {
    LongestPoll(length: copy.origin.longest_poll, ended: copy.origin.longest_ended, task: id)
  }
  /// Its place in the table of tasks.
  public var slot: Int { Int(copy.slot) | Int(copy.tables) << 31 }

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
