import Glibc

/// The kernel's clock that event loops go by: the only place that reads it.
public enum SystemClock {
  /// `CLOCK_MONOTONIC`: nanoseconds since some moment in the past, which never go back.
  public static var monotonic: UInt64 { read(CLOCK_MONOTONIC) }

  /// `CLOCK_MONOTONIC_COARSE`: the same at the kernel's last tick, for a quarter of the price.
  public static var coarse: UInt64 { read(CLOCK_MONOTONIC_COARSE) }

  /// `CLOCK_REALTIME`: nanoseconds since 1970, as the machine was told.
  public static var realtime: UInt64 { read(CLOCK_REALTIME) }

  /// `CLOCK_BOOTTIME`: nanoseconds since the machine started, also those in which it slept.
  public static var sinceBoot: UInt64 { read(CLOCK_BOOTTIME) }

  @inline(__always)
  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }
}
