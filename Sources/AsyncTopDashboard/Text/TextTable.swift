import AsyncTopTerminal

/// A table as lines of text, each column as wide as its widest cell.
struct TextTable {
  private let titles: [String]
  private let alignments: [TextAlignment]
  private var rows: [[String]] = []

  init(_ columns: [(title: String, alignment: TextAlignment)]) {
    titles = columns.map(\.title)
    alignments = columns.map(\.alignment)
  }

  /// Adds a row; what is unsafe in its cells is replaced.
  mutating func add(_ cells: [String]) {
    rows.append(cells.map(SafeText.clean))
  }

  /// The title line and the rows, without spaces at their ends.
  var lines: [String] {
    let all = [titles] + rows
    let widths = titles.indices.map { column in
      all.reduce(0) { max($0, SafeText.columns(of: $1[column])) }
    }
    return all.map { cells in
      var line = ""
      for column in cells.indices {
        let space = String(
          repeating: " ", count: widths[column] - SafeText.columns(of: cells[column]))
        line += alignments[column] == .right ? space + cells[column] : cells[column] + space
        line += "  "
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
