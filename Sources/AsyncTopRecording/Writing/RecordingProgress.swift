/// How a recording goes on.
public enum RecordingProgress: Hashable, Sendable {
  /// There may be more to come.
  case recording
  /// The app has ended, and all its events are written.
  case appEnded
  /// The recording has its greatest size and is closed.
  case sizeLimitReached
}
