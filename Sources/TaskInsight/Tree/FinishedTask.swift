public import Instrumentation

/// A task that has ended and is kept in sight for a while.
public struct FinishedTask: Sendable {
  /// The task as it was last seen.
  public let record: TaskRecord
  /// What it was called.
  public let name: String
  /// How it ended.
  public let outcome: TaskOutcome
  /// When it ended, in ticks.
  public let ended: UInt64
  /// The id of its group, or 0.
  public let group: UInt64

  /// Its id.
  public var id: UInt64 { record.id }
  /// Whether it had been asked to stop.
  public var wasCancelled: Bool { record.flags.contains(.cancelled) }
}
