/// How many cells something covers; never negative.
public struct Size: Hashable, Sendable {
  /// The width in cells.
  public let columns: Int
  /// The height in cells.
  public let rows: Int

  /// Makes a size; what is negative counts as zero.
  public init(columns: Int, rows: Int) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }

  /// The size of nothing.
  public static let zero = Size(columns: 0, rows: 0)

  /// True if there is no cell in it.
  public var isEmpty: Bool { columns == 0 || rows == 0 }
}
