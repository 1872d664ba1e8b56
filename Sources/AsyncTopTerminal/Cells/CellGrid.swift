/// A finished picture: rows of cells.
///
/// One flat block of memory; a screen of 200 × 60 is 288 kB. ``Canvas`` draws it.
public struct CellGrid: Hashable, Sendable {
  /// The extent in cells.
  public let size: Size
  private var cells: ContiguousArray<Cell>

  /// Makes a grid that is the same cell everywhere.
  public init(size: Size, filledWith cell: Cell = .blank) {
    self.size = size
    cells = ContiguousArray(repeating: cell, count: size.columns * size.rows)
  }

  /// Makes a grid and draws on it.
  public init(size: Size, drawing draw: (inout Canvas) -> Void) {
    var canvas = Canvas(size: size)
    draw(&canvas)
    self = canvas.grid
  }

  /// The cell at a column and a row, which must be inside.
  public subscript(column: Int, row: Int) -> Cell {
    get { cells[row * size.columns + column] }
    set { cells[row * size.columns + column] = newValue }
  }

  /// The cells of one row.
  public func row(_ row: Int) -> ArraySlice<Cell> {
    ArraySlice(cells[row * size.columns..<(row + 1) * size.columns])
  }
}
