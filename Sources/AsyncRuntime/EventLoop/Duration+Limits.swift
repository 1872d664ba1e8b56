// Moments and times that nobody reaches, such as `.seconds(Int64.max)` for no limit: sums end at
// the last moment instead of beyond it, and what is due then is never due.

extension UInt64 {
  /// A moment later by a duration; the last moment there is, if it would be later than that, and
  /// the same one for less than none.
  func advanced(by duration: Duration) -> UInt64 {
    let nanoseconds = duration.attoseconds / 1_000_000_000
    guard nanoseconds > 0 else { return self }
    let (sum, overflow) = addingReportingOverflow(UInt64(clamping: nanoseconds))
    return overflow ? .max : sum
  }
}

extension Duration {
  /// The longest that there is to wait, and on a loop's clock the last moment.
  static var longest: Duration { .seconds(Int64.max) }
  private static var earliest: Duration { .seconds(-Int64.max) }

  /// A moment later by a duration, or earlier by one below none; at most the last moment.
  func advanced(by duration: Duration) -> Duration {
    let (sum, overflow) = attoseconds.addingReportingOverflow(duration.attoseconds)
    if overflow { return duration > .zero ? .longest : .earliest }
    return min(max(Duration(attoseconds: sum), .earliest), .longest)
  }
}
