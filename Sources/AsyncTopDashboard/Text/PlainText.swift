package import AsyncTopInsight
import AsyncTopTerminal

/// A session as lines of text, for pipes and files: full width, no colours.
public enum PlainText {
  /// Writes a list, one row to a line.
  package static func list<List: EntityList>(
    _ list: List.Type, _ insight: Insight, _ options: ListOptions = ListOptions(),
    to stream: inout TextStream
  ) {
    var table = TextTable(List.columns.map { ($0.title, $0.alignment) })
    // To read a column from the list is to retain all that it has.
    let cells = List.columns.map(\.cell)
    List.forEachRow(of: insight, options) { row in
      for cell in cells {
        let cell = cell(row, insight)
        table.add(cell.plain ?? cell.text)
      }
    }
    table.write(to: &stream)
  }
}

/// A table as lines of text, each column as wide as its widest cell.
///
/// A line can only be written when all cells are known: they are kept as bytes, in pieces, each
/// after how long it is.
private struct TextTable: ~Copyable {
  private final class Pieces {
    var all: [[UInt8]] = []
  }

  private let alignments: [TextAlignment]
  private var widths: [Int]
  private let pieces: Pieces
  private var cells: TextStream
  private var column = 0

  /// Stands before a cell whose length and columns follow in four bytes each, since they differ or
  /// are more than a byte holds.
  private static let isLong: UInt8 = 0xFF

  init(_ columns: [(title: String, alignment: TextAlignment)]) {
    alignments = columns.map(\.alignment)
    widths = columns.map { _ in 0 }
    let pieces = Pieces()
    self.pieces = pieces
    cells = TextStream { pieces.all.append($0) }
    for column in columns { add(column.title) }
  }

  /// Adds the next cell; what is unsafe in it is replaced.
  mutating func add(_ text: String) {
    if let columns = SafeText.columnsIfPlain(text) {
      add(text, columns)
    } else {
      let clean = SafeText.clean(text)
      add(clean, SafeText.columns(of: clean))
    }
  }

  private mutating func add(_ text: String, _ columns: Int) {
    let length = text.utf8.count
    if length == columns && length < Self.isLong {
      cells.append(UInt8(length))
    } else {
      cells.append(Self.isLong)
      for number in [length, columns] {
        for shift in [0, 8, 16, 24] { cells.append(UInt8(truncatingIfNeeded: number >> shift)) }
      }
    }
    cells.append(text)
    cells.endPart()
    widths[column] = max(widths[column], columns)
    column = column + 1 == widths.count ? 0 : column + 1
  }

  /// Writes the title line and the rows, without spaces at their ends.
  consuming func write(to stream: inout TextStream) {
    cells.flush()
    var (column, space) = (0, 0)
    for piece in pieces.all {
      var next = 0
      while next < piece.count {
        let (length, columns) = Self.readSize(piece, &next)
        let gap = widths[column] - columns
        if alignments[column] == .right { space += gap }
        if length > 0 {
          stream.append(spaces: space)
          stream.append(piece.span.extracting(next..<next + length))
          space = 0
        }
        if alignments[column] != .right { space += gap }
        space += 2
        next += length
        column += 1
        guard column == widths.count else { continue }
        stream.trimLine()
        stream.endLine()
        (column, space) = (0, 0)
      }
    }
  }

  private static func readSize(
    _ piece: [UInt8], _ next: inout Int
  ) -> (length: Int, columns: Int) {
    let first = piece[next]
    next += 1
    guard first == isLong else { return (Int(first), Int(first)) }
    func number(_ start: Int) -> Int {
      (0..<4).reduce(0) { $0 | Int(piece[start + $1]) << (8 * $1) }
    }
    defer { next += 8 }
    return (number(next), number(next + 4))
  }
}
