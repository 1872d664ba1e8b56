public import CAsyncTopProbe

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

    /// A callback that it called has returned.
    ///
    /// - Parameters:
    ///   - site: Where the callback was given to it, or 0.
    ///   - began: When it was called, in ticks of `Probe.ticks`.
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
