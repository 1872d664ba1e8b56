/// What a queue can't do at once.
public enum QueueError: Error, CustomStringConvertible {
  /// There is no item, or none that isn't promised to a task that waited.
  case empty
  /// There is no room, or none that isn't promised to a task that waited.
  case full

  /// For people.
  public var description: String {
    switch self {
    case .empty: "the queue is empty"
    case .full: "the queue is full"
    }
  }
}
