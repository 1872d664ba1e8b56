// What the loop's clock counts to. Who wants no limit may give one of centuries: a sum ends at the
// last moment instead of beyond it, and what is due then is never due.

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
