public import AsyncTopBus

/// A task that has ended and is kept in sight for a while.
public struct FinishedTask: Sendable {
  /// The task as it was last seen.
  public let record: TaskRecord
  /// What it was called.
  public let name: String
  /// How it ended; unknown also if nobody looked before its slot was another task's, nor saw the
  /// event of its end.
  public let outcome: TaskOutcome
  /// When it ended, in ticks; if nobody saw that, when it was last seen alive.
  public let ended: UInt64
  /// Whether neither how nor when it ended is known: its slot was another task's before anybody
  /// looked, and nobody saw the event of its end.
  public let isLost: Bool
  /// Whether it had been asked to stop.
  public let wasCancelled: Bool
  /// The id of its group, or 0.
  public let group: UInt64

  /// Its id.
  public var id: UInt64 { record.id }

  /// How it ended, in a word.
  public var outcomeWord: String {
    if isLost { return "unknown" }
    if wasCancelled { return "cancelled" }
    switch outcome {
    case .returned: return "returned"
    case .threw: return "threw"
    case .none, .unknown: return "ended"
    }
  }
}
