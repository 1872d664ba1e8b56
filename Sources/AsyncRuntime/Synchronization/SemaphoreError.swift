/// What can't be done with a semaphore.
@nonexhaustive
public enum SemaphoreError: Error, Equatable, CustomStringConvertible {
  /// A permit was released that nobody had taken.
  case releasedTooOften(limit: Int)

  /// For people.
  public var description: String {
    switch self {
    case .releasedTooOften(let limit):
      "a permit was released that nobody had taken: all \(limit) are free"
    }
  }
}
