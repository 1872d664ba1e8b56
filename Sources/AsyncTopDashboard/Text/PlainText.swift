package import AsyncTopInsight
import AsyncTopTerminal

/// A session as lines of text, for pipes and files: full width, no colours.
public enum PlainText {
  /// A list, one row to a line.
  package static func list<List: EntityList>(
    _ list: List.Type, _ insight: Insight, _ options: ListOptions = ListOptions()
  ) -> [String] {
    var table = TextTable(List.columns.map { ($0.title, $0.alignment) })
    for row in List.rows(of: insight, options) {
      table.add(
        List.columns.map { column in
          let cell = column.cell(row, insight)
          return cell.plain ?? cell.text
        })
    }
    return table.lines
  }
}

/// A table as lines of text, each column as wide as its widest cell.
private struct TextTable {
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
