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
/// A line can only be written when all cells are known: they are kept as bytes, one after the other.
private struct TextTable {
  private let alignments: [TextAlignment]
  private var widths: [Int]
  private var bytes: [UInt8] = []
  /// The bytes and the columns of each cell, row by row.
  private var cells: ContiguousArray<(length: UInt32, columns: UInt32)> = []
  private var column = 0

  init(_ columns: [(title: String, alignment: TextAlignment)]) {
    alignments = columns.map(\.alignment)
    widths = columns.map { _ in 0 }
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
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    cells.append((UInt32(bytes.count - start), UInt32(columns)))
    widths[column] = max(widths[column], columns)
    column = column + 1 == widths.count ? 0 : column + 1
  }

  /// Writes the title line and the rows, without spaces at their ends.
  func write(to stream: inout TextStream) {
    var start = 0
    for row in stride(from: 0, to: cells.count, by: widths.count) {
      var space = 0
      for column in widths.indices {
        let (length, columns) = cells[row + column]
        let gap = widths[column] - Int(columns)
        if alignments[column] == .right { space += gap }
        if length > 0 {
          stream.append(spaces: space)
          stream.append(bytes.span.extracting(start..<start + Int(length)))
          space = 0
        }
        if alignments[column] != .right { space += gap }
        space += 2
        start += Int(length)
      }
      stream.trimLine()
      stream.endLine()
    }
  }
}
