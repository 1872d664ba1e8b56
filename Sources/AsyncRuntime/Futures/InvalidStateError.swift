/// Something was asked for what it can't do in its state.
@nonexhaustive
public enum InvalidStateError: Error, CustomStringConvertible {
  /// A future or task has no result yet.
  case notDone
  /// A future has a result already.
  case alreadyDone
  /// A timeout has expired, or what it limits has ended.
  case timeoutOver

  /// For people.
  public var description: String {
    switch self {
    case .notDone: "the result is not there yet"
    case .alreadyDone: "there is a result already, or it was cancelled"
    case .timeoutOver: "the timeout has expired, or what it limits has ended"
    }
  }
}
