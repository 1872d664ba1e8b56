/// How a recording is written.
public struct RecordingOptions: Hashable, Sendable {
  /// The most bytes that the recording may have; nil for no limit.
  ///
  /// It is closed properly before it. Less than 4096 is refused: nothing would be in it.
  public var maximumSize: UInt64?
  /// How long an event may wait in memory before it is written.
  public var flushInterval: Duration
  /// How many events may wait for being written, a power of two.
  var bufferedEvents = EventQueue.capacity
  /// How long the rings of the app's threads should last; zero if they shall not grow.
  var ringTime = Duration.milliseconds(100)

  /// Makes options.
  public init(maximumSize: UInt64? = nil, flushInterval: Duration = .milliseconds(250)) {
    self.maximumSize = maximumSize
    self.flushInterval = flushInterval
  }
}

/// How a recording goes on.
public enum RecordingProgress: Hashable, Sendable {
  /// There may be more to come.
  case recording
  /// The app has ended, and all its events are written.
  case appEnded
  /// The recording has its greatest size and is closed.
  case sizeLimitReached
}

/// What a recording holds so far.
public struct RecordingStatistics: Hashable, Sendable {
  /// Events written; while it goes on, also those gathered to be written.
  public var events: UInt64 = 0
  /// Events that were overwritten before they were read.
  public var lostEvents: UInt64 = 0
  /// Wakes and polls that were left out to keep up; what they come to is recorded.
  public var omittedEvents: UInt64 = 0
  /// Events that made no sense and were left out.
  public var invalidEvents: UInt64 = 0
  /// Bytes written.
  public var bytes: UInt64 = 0
  /// Copies of the tables written.
  public var keyframes: UInt64 = 0
}
