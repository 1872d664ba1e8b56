import AsyncTopLinux

extension EventLoop {
  /// A moment on an event loop's clock.
  public typealias Instant = Clock.Instant

  /// The time on the loop's clock.
  public final var now: Instant { Instant(nanoseconds: nanosecondsNow) }

  /// The loop's clock, for what takes one, such as the operators of AsyncAlgorithms; from any
  /// thread.
  public final var clock: Clock { Clock(self) }

  /// The time in nanoseconds, from any thread.
  final var nanosecondsNow: UInt64 {
    if let simulation { return simulation.now }
    return SystemClock.monotonic
  }

  /// The clock that an event loop goes by: `sleep`, timeouts and timers do.
  ///
  /// Of a loop in a test it is virtual; see AsyncRuntimeTesting. Of any other it is the kernel's
  /// monotonic clock, which never goes back and starts at some moment in the past.
  public struct Clock: _Concurrency.Clock {
    private let given: EventLoop?

    /// Makes the clock of a loop.
    ///
    /// - Parameter loop: The loop; nil for the loop of the task that asks. Code that belongs to
    ///   none gets the monotonic clock.
    public init(_ loop: EventLoop? = nil) {
      given = loop
    }

    /// A moment on the clock.
    public struct Instant: InstantProtocol, CustomStringConvertible {
      // Nothing is later than the last one: what is due then never happens.
      let nanoseconds: UInt64

      init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
      }

      /// As long after the clock's beginning.
      package init(sinceStart: Duration) {
        self.init(nanoseconds: UInt64(0).advanced(by: sinceStart))
      }

      /// The time since the clock's beginning.
      package var sinceStart: Duration { .nanoseconds(nanoseconds) }

      /// The time on the clock of the loop whose task or callback asks; without one, on the
      /// monotonic clock.
      public static var now: Instant { Clock().now }

      /// Later by a duration, or earlier by one below none; at most the last moment there is.
      public func advanced(by duration: Duration) -> Instant {
        moved(by: duration.wholeNanoseconds)
      }

      private func moved(by change: Int128) -> Instant {
        Instant(nanoseconds: UInt64(clamping: Int128(nanoseconds) + change))
      }

      /// How much later another moment is; below none, if it is earlier.
      public func duration(to other: Instant) -> Duration {
        .nanoseconds(Int128(other.nanoseconds) - Int128(nanoseconds))
      }

      /// Whether a moment is earlier than another.
      public static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
      }

      /// Later by a duration.
      public static func + (moment: Instant, duration: Duration) -> Instant {
        moment.advanced(by: duration)
      }

      /// Earlier by a duration.
      public static func - (moment: Instant, duration: Duration) -> Instant {
        moment.moved(by: -duration.wholeNanoseconds)
      }

      /// The time from one to the other.
      public static func - (later: Instant, earlier: Instant) -> Duration {
        earlier.duration(to: later)
      }

      /// Seconds since the clock began.
      public var description: String { "\(sinceStart)" }
    }

    // The loop that was given, or else the caller's.
    private var loop: EventLoop? { given ?? .ofCaller }

    /// The time on the clock.
    public var now: Instant { loop?.now ?? Instant(nanoseconds: SystemClock.monotonic) }

    /// The least by which moments differ: a nanosecond.
    public var minimumResolution: Duration { .nanoseconds(1) }

    /// Waits until a moment, on the loop.
    ///
    /// - Parameters:
    ///   - deadline: The moment; if it has passed, the loop takes one turn.
    ///   - tolerance: Not used: timers fire when they are due.
    /// - Throws: `CancellationError`; `RunnerError.closed` if the loop is.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
      guard let loop else { return try await sleepWithoutLoop(now.duration(to: deadline)) }
      if loop.inbox.isClosed { throw RunnerError.closed }
      if loop.isHome(#isolation) {
        try await loop.sleep(until: deadline, at: 0)
      } else {
        try await loop.atHome { try await loop.sleep(until: deadline, at: 0) }
      }
    }
  }
}

extension Clock where Self == EventLoop.Clock {
  /// The clock of the event loop whose task asks.
  public static var eventLoop: EventLoop.Clock { EventLoop.Clock() }
}

// Limits of the loop's clock. A program that wants no limit may give one of centuries: a sum is
// clamped to the last moment, and what is due then is never due.

extension UInt64 {
  /// A moment later by a duration; the last moment there is, if it would be later than that, and
  /// the same one for less than none.
  func advanced(by duration: Duration) -> UInt64 {
    let nanoseconds = duration.wholeNanoseconds
    guard nanoseconds > 0 else { return self }
    let (sum, overflow) = addingReportingOverflow(UInt64(clamping: nanoseconds))
    return overflow ? .max : sum
  }
}

extension Duration {
  /// How many nanoseconds it has, without the rest.
  var wholeNanoseconds: Int128 { attoseconds / 1_000_000_000 }

  /// So many seconds, as numbers that stand for a duration give them; at most the longest there is.
  ///
  /// Nil if it is no number.
  init?(seconds: Double) {
    if seconds.isNaN { return nil }
    let limit = 9e18
    self = .seconds(min(max(seconds, -limit), limit))
  }

  /// So many seconds; at most the longest there is.
  init(seconds: some BinaryInteger) {
    self = .seconds(Int64(clamping: seconds))
  }
}
