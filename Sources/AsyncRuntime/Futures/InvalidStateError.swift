/// A future or task was asked for what it can't do in its state.
public enum InvalidStateError: Error, CustomStringConvertible {
  /// It has no result yet.
  case notDone
  /// It has one already.
  case alreadyDone

  /// For people.
  public var description: String {
    switch self {
    case .notDone: "the result is not there yet"
    case .alreadyDone: "there is a result already, or it was cancelled"
    }
  }
}
