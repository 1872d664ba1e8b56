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
