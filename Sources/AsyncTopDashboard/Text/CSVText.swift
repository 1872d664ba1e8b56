package import AsyncTopInsight
import AsyncTopTerminal

/// A list as comma-separated values (RFC 4180), for spreadsheets: what stands in the columns, also
/// in those that there is no room for on a screen.
package enum CSVText {
  /// Writes a line of the columns' names, and one for each row.
  package static func list<List: EntityList>(
    _ list: List.Type, _ insight: Insight, _ options: ListOptions = ListOptions(),
    to stream: inout TextStream
  ) {
    let cells = List.fields.map(\.cell)
    stream.line(List.fields.map(\.name).joined(separator: ","))
    List.forEachRow(of: insight, options) { row in
      for (place, cell) in cells.enumerated() {
        let cell = cell(row, insight)
        if place > 0 { stream.append("," as StaticString) }
        stream.append(quoted(cell.plain ?? cell.text))
      }
      stream.endLine()
    }
  }

  /// Quoted where it must be, with nothing in it that could harm a terminal.
  private static func quoted(_ text: String) -> String {
    let clean = SafeText.clean(text)
    guard clean.contains(where: { $0 == "," || $0 == "\"" }) else { return clean }
    return "\"" + clean.replacing("\"", with: "\"\"") + "\""
  }
}
