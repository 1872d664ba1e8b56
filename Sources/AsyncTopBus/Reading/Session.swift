/// What is looked at: a process live, or a recording at a moment.
public protocol Session: AnyObject {
  /// The state at the session's moment: now, or where playback stands.
  func snapshot() -> Snapshot
  /// How long a snapshot stays good; nil if whoever looks decides.
  var period: Duration? { get }
  /// Follow the polls of this task from now on, or of none.
  func observe(task: UInt64?)
  /// The polls of the task that is followed that have ended since the last call.
  func newPolls() -> NewPolls
}

extension Session {
  /// Nil: it can be looked at as often as one likes.
  public var period: Duration? { nil }

  /// Nothing is followed.
  public func observe(task: UInt64?) {}

  /// None.
  public func newPolls() -> NewPolls { NewPolls() }
}

extension LiveSession: Session {
  /// Has the app write events while a task is followed.
  public func observe(task: UInt64?) {
    isObserving = task != nil
    let record = task.flatMap { RegionReader(memory: memory).task($0) }
    follower = record.map { PollFollower($0, in: memory) }
  }

  /// The polls of the task that is followed that have ended since the last call.
  public func newPolls() -> NewPolls {
    NewPolls(durations: follower.map { $0.collect().map(clock.nanoseconds) } ?? [])
  }
}

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

/// Turns ticks into time.
///
/// Two moments at which both were read fix the rate.
public struct SessionClock: Hashable, Sendable {
  /// Ticks and nanoseconds of `CLOCK_MONOTONIC`, read together.
  public struct Anchor: Hashable, Sendable {
    /// The ticks.
    public var ticks: UInt64
    /// The nanoseconds.
    public var nanoseconds: UInt64

    /// Makes an anchor.
    public init(ticks: UInt64, nanoseconds: UInt64) {
      self.ticks = ticks
      self.nanoseconds = nanoseconds
    }
  }

  /// When the probe started.
  public let start: Anchor
  /// Nanoseconds since 1970 at the start.
  public let startRealtime: UInt64
  /// Nanoseconds in one tick.
  public let nanosecondsPerTick: Double

  /// Makes a clock of two anchors.
  ///
  /// - Parameters:
  ///   - start: When the probe started.
  ///   - anchor: As far after the start as possible; the longer, the more exact is the rate.
  ///   - startRealtime: Nanoseconds since 1970 at the start.
  public init(start: Anchor, anchor: Anchor, startRealtime: UInt64) {
    self.start = start
    self.startRealtime = startRealtime
    let ticks = anchor.ticks -| start.ticks
    let nanoseconds = anchor.nanoseconds -| start.nanoseconds
    let isUsable = ticks > 0 && nanoseconds > 0
    nanosecondsPerTick = isUsable ? Double(nanoseconds) / Double(ticks) : 1
  }

  /// A number of ticks as nanoseconds; the greatest number for what is beyond it.
  public func nanoseconds(_ ticks: UInt64) -> UInt64 {
    let nanoseconds = Double(ticks) * nanosecondsPerTick
    return nanoseconds < 0x1p64 ? UInt64(nanoseconds) : .max
  }

  /// A number of ticks as a duration.
  public func duration(_ ticks: UInt64) -> Duration {
    .nanoseconds(Int64(clamping: nanoseconds(ticks)))
  }

  /// A duration as a number of ticks; 0 for a negative one.
  public func ticks(_ duration: Duration) -> UInt64 {
    let (seconds, attoseconds) = duration.components
    let nanoseconds = Double(seconds) * 1e9 + Double(attoseconds) / 1e9
    let ticks = nanoseconds / nanosecondsPerTick
    return ticks <= 0 ? 0 : ticks < 0x1p64 ? UInt64(ticks) : .max
  }

  /// A moment in ticks as nanoseconds of `CLOCK_MONOTONIC`; the nearest there is.
  public func monotonic(_ ticks: UInt64) -> UInt64 {
    ticks >= start.ticks
      ? start.nanoseconds +| nanoseconds(ticks -| start.ticks)
      : start.nanoseconds -| nanoseconds(start.ticks -| ticks)
  }

  /// A moment in ticks as nanoseconds since 1970; the latest there is for one beyond it.
  public func realtime(_ ticks: UInt64) -> UInt64 {
    startRealtime +| nanoseconds(ticks -| start.ticks)
  }
}
