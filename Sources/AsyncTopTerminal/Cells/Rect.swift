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

extension Rect {
  /// Takes rows off the top, as many as there are, and returns them.
  public mutating func cutTop(_ wanted: Int) -> Rect {
    let count = min(max(0, wanted), rows)
    let cut = Rect(column: left, row: top, columns: columns, rows: count)
    self = Rect(column: left, row: top + count, columns: columns, rows: rows - count)
    return cut
  }

  /// Takes rows off the bottom, as many as there are, and returns them.
  public mutating func cutBottom(_ wanted: Int) -> Rect {
    let count = min(max(0, wanted), rows)
    let cut = Rect(column: left, row: bottom - count, columns: columns, rows: count)
    self = Rect(column: left, row: top, columns: columns, rows: rows - count)
    return cut
  }

  /// Takes columns off the left, as many as there are, and returns them.
  public mutating func cutLeft(_ wanted: Int) -> Rect {
    let count = min(max(0, wanted), columns)
    let cut = Rect(column: left, row: top, columns: count, rows: rows)
    self = Rect(column: left + count, row: top, columns: columns - count, rows: rows)
    return cut
  }

  /// Takes columns off the right, as many as there are, and returns them.
  public mutating func cutRight(_ wanted: Int) -> Rect {
    let count = min(max(0, wanted), columns)
    let cut = Rect(column: right - count, row: top, columns: count, rows: rows)
    self = Rect(column: left, row: top, columns: columns - count, rows: rows)
    return cut
  }
}

/// A place on the screen, counted in cells from the top left corner.
public struct Point: Hashable, Sendable {
  /// Cells from the left edge.
  public var column: Int
  /// Cells from the top edge.
  public var row: Int

  /// Makes the point at a column and a row.
  public init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }

  /// The top left corner.
  public static let zero = Point(column: 0, row: 0)
}

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
