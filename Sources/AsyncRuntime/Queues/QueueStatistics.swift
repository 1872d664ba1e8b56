/// A queue at one moment.
public struct QueueStatistics: Sendable {
  /// How many items were in it.
  public let count: Int
  /// How many items it holds at most; nil for no limit.
  public let capacity: Int?
  /// How many items were put and not said to be done.
  public let unfinished: Int
  /// Whether it was shut down.
  public let isShutDown: Bool
  /// How many waited for an item.
  public let getters: Int
  /// How many waited for room.
  public let putters: Int
  /// How many waited until all is done.
  public let joiners: Int
}
