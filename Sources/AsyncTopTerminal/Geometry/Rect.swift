/// A rectangle of cells.
///
/// A layout is made by cutting: take what a part needs off an edge, and go on with what is left.
///
/// ```swift
/// var area = Rect(size: screen)
/// let header = area.cutTop(3)
/// let keyHints = area.cutBottom(1)
/// // `area` is now what lies between the two.
/// ```
public struct Rect: Hashable, Sendable {
  /// The top left corner.
  public var origin: Point
  /// The extent.
  public var size: Size

  /// Makes a rectangle from a corner and an extent.
  public init(origin: Point, size: Size) {
    self.origin = origin
    self.size = size
  }

  /// Makes a rectangle whose corner is the top left of its surroundings.
  public init(size: Size) {
    self.init(origin: .zero, size: size)
  }

  /// Makes a rectangle from its first column and row and its extent.
  public init(column: Int, row: Int, columns: Int, rows: Int) {
    self.init(
      origin: Point(column: column, row: row), size: Size(columns: columns, rows: rows))
  }

  /// The first column.
  public var left: Int { origin.column }
  /// The first row.
  public var top: Int { origin.row }
  /// The column after the last one.
  public var right: Int { origin.column + size.columns }
  /// The row after the last one.
  public var bottom: Int { origin.row + size.rows }
  /// The width in cells.
  public var columns: Int { size.columns }
  /// The height in cells.
  public var rows: Int { size.rows }
  /// True if there is no cell in it.
  public var isEmpty: Bool { size.isEmpty }

  /// True if the cell at this point lies inside.
  public func contains(_ point: Point) -> Bool {
    point.column >= left && point.column < right && point.row >= top && point.row < bottom
  }

  /// Returns what both rectangles cover, which may be empty.
  public func intersection(_ other: Rect) -> Rect {
    let left = max(self.left, other.left)
    let top = max(self.top, other.top)
    return Rect(
      column: left, row: top, columns: min(right, other.right) - left,
      rows: min(bottom, other.bottom) - top)
  }

  /// Returns the rectangle moved by a point's column and row.
  public func moved(by point: Point) -> Rect {
    Rect(
      column: left + point.column, row: top + point.row, columns: columns, rows: rows)
  }

  /// Returns the rectangle with so many cells taken off at each side.
  public func inset(columns: Int = 0, rows: Int = 0) -> Rect {
    Rect(
      column: left + columns, row: top + rows, columns: self.columns - 2 * columns,
      rows: self.rows - 2 * rows)
  }

  /// Returns a rectangle of this size in the middle, made smaller where it doesn't fit.
  public func centered(_ wanted: Size) -> Rect {
    let columns = min(wanted.columns, self.columns)
    let rows = min(wanted.rows, self.rows)
    return Rect(
      column: left + (self.columns - columns) / 2, row: top + (self.rows - rows) / 2,
      columns: columns, rows: rows)
  }
}
