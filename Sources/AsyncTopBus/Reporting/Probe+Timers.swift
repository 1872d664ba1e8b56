public import CAsyncTopProbe

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
