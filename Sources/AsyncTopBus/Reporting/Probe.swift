public import CAsyncTopProbe

/// The runtime's way to report what it does to the region, which asynctop reads.
///
/// Swift's native tasks report themselves, through the hooks. What only the runtime knows comes
/// through here: where a task, timer or wait is in the source, what a wait waits for, who holds
/// what. Every call does nothing, at the price of one branch, while the probe is off. Of the
/// calling thread: a call speaks of the task that runs on it.
public enum Probe {
  /// Starts the probe in this process, unless `ASYNCTOP=off`; once, from any thread.
  ///
  /// - Returns: Whether it is on.
  @discardableResult
  public static func start() -> Bool { tp_start() }

  /// Keeps the probe from being started in this process; does nothing if it has been.
  public static func stayOff() { tp_stay_off() }

  /// Whether it reports.
  @inlinable @inline(__always)
  public static var isOn: Bool { tp_is_on() }

  /// The id of the task that runs on this thread; 0 if there is none or the probe is off.
  @inlinable @inline(__always)
  public static var currentTask: UInt64 { tp_current_task() }

  /// The number of a location in the source, stored once; 0 while the probe is off.
  ///
  /// - Parameters:
  ///   - file: `#fileID` of it.
  ///   - line: `#line` of it.
  ///   - function: `#function` around it, if that is known.
  /// - Returns: Its number.
  @inlinable @inline(__always)
  public static func site(
    _ file: StaticString, _ line: UInt32, _ function: StaticString? = nil
  ) -> UInt32 {
    guard isOn, line != 0 else { return 0 }
    let known = unsafe tp_known_site(text(file), line)
    return known != 0 ? known : storedSite(file, line, function)
  }

  @usableFromInline @inline(__always)
  static func text(_ string: StaticString) -> UnsafePointer<CChar> {
    unsafe UnsafeRawPointer(string.utf8Start).assumingMemoryBound(to: CChar.self)
  }

  @usableFromInline
  static func storedSite(
    _ file: StaticString, _ line: UInt32, _ function: StaticString?
  ) -> UInt32 {
    unsafe tp_source_site(
      text(file), line, function.flatMap { $0.hasPointerRepresentation ? unsafe text($0) : nil })
  }

  /// A labelled moment, shown by asynctop and kept in recordings.
  public static func mark(_ label: String) {
    unsafe tp_mark(label)
  }
}

extension Probe {
  /// An event loop.
  public struct Loop: Sendable {
    @usableFromInline let slot: UInt16

    /// Reports a new loop.
    public init(name: String) {
      slot = unsafe tp_loop_started(name)
    }

    /// It is about to run what is ready.
    ///
    /// - Parameters:
    ///   - ready: How much is ready.
    ///   - timers: How many timers are armed.
    @inlinable @inline(__always)
    public func runs(ready: Int, timers: Int) {
      if Probe.isOn {
        tp_loop_runs(slot, tp_ticks(), UInt32(clamping: ready), UInt32(clamping: timers))
      }
    }

    /// It is about to look for events, or to wait for one.
    ///
    /// - Parameters:
    ///   - lag: By how many nanoseconds the last timer that fired was late.
    ///   - now: The time in nanoseconds of `CLOCK_MONOTONIC`, if there is a lag.
    @inlinable @inline(__always)
    public func waits(lag: UInt64, now: UInt64) {
      guard Probe.isOn else { return }
      let ticks = tp_ticks()
      tp_loop_waits(slot, ticks, lag == 0 ? 0 : Self.ticks(of: lag, now: now, ticks: ticks))
    }

    /// It does something else than run jobs, which takes time: the next poll begins after that.
    @inlinable @inline(__always)
    public func works() { tp_loop_works() }

    /// It is about to call a callback.
    ///
    /// - Returns: Now, in ticks of the region's clock; 0 while the probe is off.
    @inlinable @inline(__always)
    public func calls() -> UInt64 { tp_loop_calls() }

    /// A callback that it called has returned.
    ///
    /// - Parameters:
    ///   - site: Where the callback was given to it, or 0.
    ///   - began: What `calls` returned.
    @inlinable @inline(__always)
    public func called(at site: UInt32, since began: UInt64) {
      tp_loop_called(slot, site, began)
    }

    // By the rate of the region's clock since the region began.
    @usableFromInline
    static func ticks(of nanoseconds: UInt64, now: UInt64, ticks: UInt64) -> UInt64 {
      guard let header = unsafe tp_own_region().header else { return 0 }
      let (start, began) = unsafe (header.pointee.start_ticks, header.pointee.start_monotonic)
      guard now > began, ticks > start else { return nanoseconds }
      let rate = Double(ticks - start) / Double(now - began)
      return UInt64(Double(nanoseconds) * rate)
    }

    /// It is no more.
    public func ended() { tp_loop_ended(slot) }
  }
}

extension Probe {
  /// What a timer is for.
  public enum TimerKind: UInt8 {
    /// It ends a sleep.
    case sleep = 1
    /// It calls a function.
    case callback = 2
    /// It ends something that takes too long.
    case timeout = 3
  }

  /// Reports a timer that ends with the wait of the task that runs on this thread.
  ///
  /// - Parameters:
  ///   - kind: What it is for.
  ///   - deadline: When it fires, in nanoseconds of `CLOCK_MONOTONIC`.
  ///   - site: Where it was armed.
  ///   - loop: The loop that fires it.
  /// - Returns: Its id; 0 if it is not listed.
  @inlinable @inline(__always)
  public static func armedWait(
    _ kind: TimerKind, deadline: UInt64, at site: UInt32, on loop: Loop
  ) -> UInt64 {
    guard isOn else { return 0 }
    return tp_timer_armed(kind.rawValue, deadline, tp_current_task(), site, loop.slot, true)
  }

  /// Reports a timer, to be followed by `fired` or `disarmed`.
  ///
  /// - Parameters: As of `armedWait`.
  @inlinable @inline(__always)
  public static func armed(
    _ kind: TimerKind, deadline: UInt64, at site: UInt32, on loop: Loop
  ) -> UInt64 {
    guard isOn else { return 0 }
    return tp_timer_armed(kind.rawValue, deadline, tp_current_task(), site, loop.slot, false)
  }

  /// Its time has come.
  @inlinable @inline(__always)
  public static func fired(_ timer: UInt64) {
    if timer != 0 { tp_timer_ended(timer, 1) }
  }

  /// It was cancelled.
  @inlinable @inline(__always)
  public static func disarmed(_ timer: UInt64) {
    if timer != 0 { tp_timer_ended(timer, 2) }
  }
}
