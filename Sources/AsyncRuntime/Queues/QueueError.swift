/// What a queue can't do, or can't do at once.
@nonexhaustive
public enum QueueError: Error, CustomStringConvertible {
  /// There is no item, or none that isn't promised to a task that waited.
  case empty
  /// There is no room, or none that isn't promised to a task that waited.
  case full
  /// It was shut down: nothing can be put any more, and no item is left to get.
  case shutDown

  /// For people.
  public var description: String {
    switch self {
    case .empty: "the queue is empty"
    case .full: "the queue is full"
    case .shutDown: "the queue was shut down"
    }
  }
}
