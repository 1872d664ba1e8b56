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
