import AsyncTopBus

/// How late a process is with what it has to do, in nanoseconds.
public struct Lag: Hashable, Sendable {
  /// For how long something has been due that has not had its turn: the age of the oldest timer of
  /// a loop that is due and of the oldest task that is ready, on whatever executor; 0 if there is
  /// nothing of the kind, nil if it is not known, since native tasks are not seen and there is no
  /// loop.
  ///
  /// A loop that is blocked says nothing by itself; what waits for it does.
  public let now: UInt64?
  /// By how much a timer of a loop was late at worst, in the last minute or two; nil without loops.
  public let worst: UInt64?

  /// Describes it, in nanoseconds.
  public init(now: UInt64?, worst: UInt64?) {
    self.now = now
    self.worst = worst
  }
}

extension Insight {
  func findLag() -> Lag? {
    let process = snapshot.process
    let hasLoops = !snapshot.loops.isEmpty
    let worst =
      hasLoops ? nanoseconds(snapshot.loops.reduce(0) { max($0, $1.worstLag) }) : nil
    // What was due when a process ended does not become later.
    guard process.isRunning else { return hasLoops ? Lag(now: 0, worst: worst) : nil }
    if !hasLoops {
      switch process.nativeDetail {
      case .full, .partial: break
      case .notStarted, .noRuntime, .scanned: return nil
      case .unknownLayout, .selfTestFailed: return Lag(now: nil, worst: nil)
      }
    }
    let overdue = snapshot.timerSums.earliestOfLoops.map { deadline in
      snapshot.clock.monotonic(snapshot.now) -| deadline
    }
    let ready = sums.oldestReady.map { nanoseconds(snapshot.now -| $0) }
    let now = max(overdue ?? 0, ready ?? 0)
    return Lag(now: now, worst: worst.map { max(now, $0) })
  }
}
