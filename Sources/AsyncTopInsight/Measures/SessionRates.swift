/// How much happened in a second, between two snapshots.
public struct SessionRates: Hashable, Sendable {
  /// Polls begun.
  public var polls = 0.0
  /// Tasks created.
  public var created = 0.0
  /// Tasks ended.
  public var ended = 0.0
  /// Tasks made runnable.
  public var wakes = 0.0
  /// Events written to the rings.
  public var events = 0.0
  /// The part of the time, from 0 to 1, that each loop was busy, by the loop's id.
  public var loopBusy: [UInt64: Double] = [:]

  /// Nothing happened.
  public init() {}
}
