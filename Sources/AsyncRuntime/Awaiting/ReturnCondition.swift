/// When `wait` returns.
public enum ReturnCondition: Sendable {
  /// As soon as one has ended, in whatever way.
  case firstCompleted
  /// As soon as one has thrown an error; one that is cancelled does not count. If none does, when
  /// all have ended.
  case firstException
  /// When all have ended.
  case allCompleted
}
