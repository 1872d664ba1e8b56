infix operator +| : AdditionPrecedence
infix operator -| : AdditionPrecedence
infix operator +|= : AssignmentPrecedence

/// Arithmetic on numbers that somebody else wrote: moments, durations, counts.
///
/// A region and a recording may hold any of the 2⁶⁴ values, so a sum that traps is a way to end the
/// viewer, and one that wraps shows a small number for a large one. These stop at the ends. A rule
/// of the style tests asks for them wherever a record's number is added or taken away.
extension UInt64 {
  /// The sum, or the greatest number for what is beyond it.
  @inlinable
  public static func +| (left: UInt64, right: UInt64) -> UInt64 {
    let (sum, isBeyond) = left.addingReportingOverflow(right)
    return isBeyond ? .max : sum
  }

  /// The difference, or 0 for what is below it: the ticks from one moment to a later one.
  @inlinable
  public static func -| (left: UInt64, right: UInt64) -> UInt64 {
    left > right ? left - right : 0
  }

  /// How far it is from another number to this one; less than 0 if that is greater.
  @inlinable
  public func distance(from other: UInt64) -> Int64 {
    self >= other ? Int64(clamping: self - other) : -Int64(clamping: other - self)
  }

  /// A number that was computed, rounded to a whole one: 0 for what is below it or no number, the
  /// greatest one for what is beyond it.
  @inlinable
  public init(saturating number: Double) {
    let whole = number.rounded()
    self = whole >= 0x1p64 ? .max : whole > 0 ? UInt64(whole) : 0
  }

  /// Adds as far as it goes.
  @inlinable
  public static func +|= (left: inout UInt64, right: UInt64) { left = left +| right }
}
