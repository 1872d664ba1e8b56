/// One row of a line table: from this address on, code comes from this line.
struct LineRow: Sendable {
  var address: UInt64 = 0
  var file: UInt64 = 1
  /// Zero where the compiler made up the code.
  var line: UInt32 = 1
  var column: UInt32 = 0
  /// Whether the row only tells where the code before it ends.
  var endsSequence = false
}
