import Glibc

/// The kernel's clock that event loops go by: the only place that reads it.
public enum SystemClock {
  /// `CLOCK_MONOTONIC`: nanoseconds since some moment in the past, which never go back.
  public static var monotonic: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }
}
