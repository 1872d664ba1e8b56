package import AsyncTopInsight
import AsyncTopTerminal

/// A list as comma-separated values (RFC 4180), for spreadsheets.
///
/// The columns are the members of the list's JSON; what is an object or array there is its JSON.
package enum CSVText {
  /// A line of names, and one for each row; no names if there are no rows.
  package static func list<List: EntityList>(
    _ list: List.Type, _ insight: Insight, _ options: ListOptions = ListOptions()
  ) -> [String] {
    let rows = List.rows(of: insight, options).map { row in
      List.fields.flatMap { $0.json(row, insight) }
    }
    guard let first = rows.first else { return [] }
    return [line(first.map(\.name))] + rows.map { line($0.map { text(of: $0.value) }) }
  }

  private static func text(of value: JSONValue) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    case .array, .object: value.line
    default: value.text
    }
  }

  private static func line(_ cells: [String]) -> String {
    cells.map(quoted).joined(separator: ",")
  }

  /// Quoted where it must be, with nothing in it that could harm a terminal.
  private static func quoted(_ text: String) -> String {
    let clean = SafeText.clean(text)
    guard clean.contains(where: { $0 == "," || $0 == "\"" }) else { return clean }
    return "\"" + clean.replacing("\"", with: "\"\"") + "\""
  }
}
