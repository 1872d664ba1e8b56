import CTaskProbe

/// The lease under which an app writes events: while the clock is below it.
@safe
struct ObserverLease {
  private let header: UnsafeMutablePointer<tp_header>

  init(_ live: tp_region) { unsafe header = unsafe live.header }

  /// The region's clock.
  var now: UInt64 { unsafe tp_ticks_of(header.pointee.clock_kind) }

  /// Whether the app writes events at the moment.
  var isHeld: Bool { now < leaseTicks }

  private var leaseTicks: UInt64 { unsafe header.pointee.lease_ticks }

  /// Renews it for two seconds.
  func renew() {
    unsafe tp_raise(&header.pointee.lease_ticks, now + ticks(of: .seconds(2)))
  }

  /// A duration in ticks of the region's clock, at the rate since the app started.
  func ticks(of duration: Duration) -> UInt64 {
    let header = unsafe header.pointee
    let (ticks, nanoseconds) = (now &- header.start_ticks, tp_monotonic() &- header.start_monotonic)
    let rate = nanoseconds > 0 && ticks > 0 ? Double(ticks) / Double(nanoseconds) : 1
    let (seconds, attoseconds) = duration.components
    let length = Double(seconds) * 1e9 + Double(attoseconds) / 1e9
    return UInt64(max(0, min(length * rate, 1e18)))
  }
}
