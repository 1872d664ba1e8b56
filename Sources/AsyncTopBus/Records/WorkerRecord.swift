import CAsyncTopProbe

/// A thread that runs tasks, at one moment.
public struct WorkerRecord: Sendable {
  /// Its place in the session's table of workers.
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
