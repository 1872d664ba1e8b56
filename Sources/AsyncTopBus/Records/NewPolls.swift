/// The polls of a task that have ended since they were asked for last.
public struct NewPolls: Hashable, Sendable {
  /// Nanoseconds on a thread, the latest poll last.
  public var durations: [UInt64]
  /// Whether those that were told before count no more, because the session is at another moment.
  public var startsOver: Bool

  /// Makes a list of polls.
  public init(durations: [UInt64] = [], startsOver: Bool = false) {
    self.durations = durations
    self.startsOver = startsOver
  }
}
