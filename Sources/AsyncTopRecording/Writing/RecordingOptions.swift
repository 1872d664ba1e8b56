/// How a recording is written.
public struct RecordingOptions: Hashable, Sendable {
  /// The most bytes that the recording may have; nil for no limit.
  ///
  /// It is closed properly before it. Less than 4096 is refused: nothing would be in it.
  public var maximumSize: UInt64?
  /// How long an event may wait in memory before it is written.
  public var flushInterval: Duration

  /// Makes options.
  public init(maximumSize: UInt64? = nil, flushInterval: Duration = .milliseconds(250)) {
    self.maximumSize = maximumSize
    self.flushInterval = flushInterval
  }
}
