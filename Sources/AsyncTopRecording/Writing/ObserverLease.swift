import CAsyncTopProbe
import AsyncTopBus

/// The lease under which an app writes events: while the clock is below it.
@safe
struct ObserverLease {
  private let page: ObserversPage
  private let live: tp_region
  private let start: (ticks: UInt64, nanoseconds: UInt64)

  init(_ page: ObserversPage, of live: tp_region) {
    self.page = page
    unsafe self.live = unsafe live
    start = unsafe (live.header.pointee.start_ticks, live.header.pointee.start_monotonic)
  }

  /// The region's clock.
  var now: UInt64 {
    var live = unsafe live
    return unsafe tp_now_of(&live)
  }

  /// `CLOCK_MONOTONIC` as the app reads it.
  var monotonic: UInt64 {
    var live = unsafe live
    return unsafe tp_monotonic_of(&live)
  }

  /// Whether the app writes events at the moment.
  var isHeld: Bool { now < page.lease }

  /// Renews it for two seconds.
  func renew() { page.raiseLease(to: now +| ticks(of: .seconds(2))) }

  /// A duration in ticks of the region's clock, at the rate since the app started.
  func ticks(of duration: Duration) -> UInt64 {
    let (ticks, nanoseconds) = (now -| start.ticks, monotonic -| start.nanoseconds)
    let rate = nanoseconds > 0 && ticks > 0 ? Double(ticks) / Double(nanoseconds) : 1
    let (seconds, attoseconds) = duration.components
    let length = Double(seconds) * 1e9 + Double(attoseconds) / 1e9
    return UInt64(max(0, min(length * rate, 1e18)))
  }
}
