import CLinux

/// The kernel's clock that event loops go by.
public enum SystemClock {
  /// `CLOCK_MONOTONIC`: nanoseconds since some moment in the past, which never go back.
  public static var monotonic: UInt64 { linux_monotonic() }
}
