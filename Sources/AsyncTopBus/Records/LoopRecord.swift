import CAsyncTopProbe

/// An event loop at one moment, with times in ticks.
public struct LoopRecord: Sendable {
  let copy: tp_loop

  /// Its id, unique in the process.
  public var id: UInt64 { copy.id }
  /// When it was made.
  public var created: UInt64 { copy.created }
  /// How often it went round.
  public var iterations: UInt64 { copy.iterations }
  /// When its current iteration began; nil while it waits for events.
  public var iterationBegan: UInt64? { copy.iteration_began == 0 ? nil : copy.iteration_began }
  /// How long it was busy in all, without the current iteration.
  public var busy: UInt64 { copy.busy }
  /// How long it was busy in all, up to the moment given.
  public func busy(at now: UInt64) -> UInt64 {
    busy +| (iterationBegan.map { now -| $0 } ?? 0)
  }
  /// By how much the last due timer was late.
  public var lag: UInt64 { copy.lag }
  /// By how much a timer was late at worst, in the last minute or two.
  ///
  /// It is counted by the minute: this is the worst of the one that is counted now and of the one
  /// before it.
  public var worstLag: UInt64 { max(copy.lag_max, copy.lag_before) }
  /// Its longest job so far: a task's poll, or a callback; nil if none has ended.
  public var longestJob: LongestPoll? {
    LongestPoll(
      length: copy.longest_job, ended: copy.longest_ended, task: copy.longest_task,
      site: copy.longest_site)
  }
  /// How many jobs and callbacks the last iteration found.
  public var ready: UInt32 { copy.ready }
  /// How many timers are pending.
  public var timers: UInt32 { copy.timers }
  /// The worker whose thread runs it.
  public var worker: Int { Int(copy.worker) }
  /// Its name from the app, untrusted.
  public var name: String { copy.name.string }
}

/// A pending timer at one moment.
public struct TimerRecord: Sendable {
  /// What a timer is for.
  public enum Kind: UInt8, Hashable, Sendable {
    /// A task sleeps until then.
    case sleep = 1
    /// A callback is called then.
    case callback = 2
    /// A task is cancelled then, unless it is done.
    case timeout = 3
  }

  let copy: tp_timer

  /// Its id, unique in the process.
  public var id: UInt64 { copy.id }
  /// When it is due, in nanoseconds of `CLOCK_MONOTONIC`.
  public var deadline: UInt64 { copy.deadline }
  /// When it was armed, in ticks.
  public var armed: UInt64 { copy.armed }
  /// The id of the task it belongs to, or 0.
  public var owner: UInt64 { copy.owner }
  /// The site that armed it, or 0.
  public var site: UInt32 { copy.site }
  /// What it is for.
  public var kind: Kind { Kind(rawValue: copy.kind) ?? .callback }
  /// The slot of its loop in the session's table of loops; nil for the default executor's timers.
  public var loopSlot: Int? { copy.loop == 0 ? nil : Int(copy.loop) - 1 }
}

/// A thread that runs tasks, at one moment.
public struct WorkerRecord: Sendable {
  /// Its slot in the session's table of workers.
  public let index: Int
  let copy: tp_worker

  /// The kernel's id of the thread.
  public var thread: UInt32 { copy.tid }
  /// Whether the thread still runs.
  public var isLive: Bool { copy.state == TP_WORKER_LIVE.rawValue }
  /// The thread's name, untrusted.
  public var name: String {
    unsafe withUnsafeBytes(of: copy.name) { text in
      unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
  /// The id of the task it runs now, or 0.
  public var task: UInt64 { copy.task }
  /// Since when it runs that task, in ticks.
  public var taskSince: UInt64 { copy.task_since }
  /// The longest poll of a task on it that has ended; nil if none has.
  public var longestPoll: LongestPoll? {
    LongestPoll(length: copy.longest_poll, ended: copy.longest_ended, task: copy.longest_task)
  }
  /// What it has counted.
  public var counters: Counters { Counters(copy) }
}
