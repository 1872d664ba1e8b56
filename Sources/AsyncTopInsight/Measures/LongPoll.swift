import AsyncTopBus

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
      let ticks = snapshot.now -| worker.taskSince
      guard worker.isLive, worker.task != 0, ticks > limit else { return nil }
      return LongPoll(
        task: worker.task, thread: worker.thread, nanoseconds: nanoseconds(ticks))
    }.sorted { $0.nanoseconds > $1.nanoseconds }
  }
}
