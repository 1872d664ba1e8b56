import Instrumentation

/// A poll that has gone on for so long that it blocks its thread.
public struct LongPoll: Hashable, Sendable {
  /// The task.
  public let task: UInt64
  /// The kernel's id of the thread.
  public let thread: UInt32
  /// For how long, in nanoseconds.
  public let nanoseconds: UInt64
}

extension Insight {
  /// Polls that go on for longer than this, the longest first.
  public func longPolls(over threshold: Duration = .milliseconds(500)) -> [LongPoll] {
    let limit = snapshot.clock.ticks(threshold)
    return snapshot.workers.compactMap { worker in
      guard worker.isLive, worker.task != 0, snapshot.now > worker.taskSince,
        snapshot.now - worker.taskSince > limit
      else { return nil }
      return LongPoll(
        task: worker.task, thread: worker.thread,
        nanoseconds: nanoseconds(snapshot.now - worker.taskSince))
    }.sorted { $0.nanoseconds > $1.nanoseconds }
  }

  /// By how much the last due timer was late and by how much one was at worst, of the loop for
  /// which it was the most; in nanoseconds.
  public var loopLag: (last: UInt64, worst: UInt64)? {
    guard !snapshot.loops.isEmpty else { return nil }
    let last = snapshot.loops.reduce(0) { max($0, $1.lag) }
    let worst = snapshot.loops.reduce(0) { max($0, $1.worstLag) }
    return (nanoseconds(last), nanoseconds(worst))
  }
}
