import Instrumentation

/// How late the event loops of a process are, in nanoseconds.
public struct LoopLag: Hashable, Sendable {
  /// For how long something has been due on a loop that has not come to it: the age of the oldest
  /// timer that is due and of the oldest task that is ready; 0 if there is nothing of the kind.
  ///
  /// A loop that is blocked says nothing by itself; what waits for it does.
  public let now: UInt64
  /// By how much a timer was late at worst, in the last minute or two.
  public let worst: UInt64
}

extension Insight {
  /// How late the loops are, the one for which it is the most; nil if there are none.
  ///
  /// One pass over all timers and tasks.
  public var loopLag: LoopLag? {
    guard !snapshot.loops.isEmpty else { return nil }
    let worst = nanoseconds(snapshot.loops.reduce(0) { max($0, $1.worstLag) })
    // What was due when a process ended does not become later.
    guard snapshot.process.isRunning else { return LoopLag(now: 0, worst: worst) }
    let now = max(oldestOverdue, oldestReady)
    return LoopLag(now: now, worst: max(now, worst))
  }

  private var oldestOverdue: UInt64 {
    snapshot.timers.reduce(0) { oldest, timer in
      guard timer.loopSlot != nil else { return oldest }
      return max(oldest, UInt64(max(0, -max(remaining(timer), -Int64.max))))
    }
  }

  /// Native tasks are not counted: they may be ready on any executor.
  private var oldestReady: UInt64 {
    let ticks = snapshot.tasks.reduce(UInt64(0)) { oldest, task in
      guard task.state == .scheduled, task.flags.contains(.runtime) else { return oldest }
      return max(oldest, task.sinceChange(at: snapshot.now))
    }
    return nanoseconds(ticks)
  }
}
