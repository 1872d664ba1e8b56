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

extension CellGrid {
  /// The rows as strings, without the spaces at their ends: the picture a test compares.
  public var textRows: [String] {
    (0..<size.rows).map { row in
      var text = ""
      for column in 0..<size.columns { text += self[column, row].glyph.description }
      while text.last == " " { text.removeLast() }
      return text
    }
  }

  /// The styles of a row as runs, from left to right, each with the text that has it.
  ///
  /// For tests that ask how something is drawn: `grid.styleRuns(inRow: 2).map(\.text)`.
  public func styleRuns(inRow row: Int) -> [(text: String, style: Style)] {
    var runs: [(text: String, style: Style)] = []
    for column in 0..<size.columns {
      let cell = self[column, row]
      if let last = runs.last, last.style == cell.style {
        runs[runs.count - 1].text += cell.glyph.description
      } else {
        runs.append((cell.glyph.description, cell.style))
      }
    }
    return runs
  }
}

/// One place of the grid: what is drawn there, and how.
public struct Cell: Hashable, Sendable {
  /// What is drawn; always safe to send to a terminal.
  public var glyph: Glyph
  /// How it is drawn.
  public var style: Style

  /// Makes a cell.
  public init(_ glyph: Glyph = .space, style: Style = .plain) {
    self.glyph = glyph
    self.style = style
  }

  /// A space in the terminal's own colours.
  public static let blank = Cell()
}
