import AsyncTopInsight
import AsyncTopTerminal

extension Canvas {
  /// Draws a row as the selected one.
  ///
  /// Without colours it is reversed, so it can always be seen.
  mutating func select(row: Int, _ look: Look) {
    let selection = look[.selection]
    restyle(Rect(column: 0, row: row, columns: size.columns, rows: 1)) { style in
      Style(
        foreground: selection.foreground == .terminalDefault
          ? style.foreground : selection.foreground,
        background: selection.background,
        attributes: style.attributes.union(selection.attributes))
    }
  }

  /// The columns for a list of so many rows: all, but for those of a scrollbar and the gap before
  /// it.
  static func listColumns(in part: Rect, count: Int) -> Int {
    part.columns > 20 && count > part.rows ? part.columns - 2 : part.columns
  }

  /// Draws at the right edge which rows can be seen, if not all can.
  mutating func scrollbar(of selection: ListSelection<EntityID>, count: Int, _ look: Look) {
    guard size.columns > 20, count > size.rows else { return }
    scrollbar(
      in: Rect(column: size.columns - 1, row: 0, columns: 1, rows: size.rows),
      first: selection.top, visible: size.rows, total: count, style: look[.border])
  }

  /// Writes parts one after the other, each in its style; returns the column after the last.
  @discardableResult
  mutating func write(
    _ parts: [(text: String, style: Style)], at point: Point
  ) -> Int {
    var column = point.column
    for part in parts where column < size.columns {
      column += write(part.text, at: Point(column: column, row: point.row), style: part.style)
    }
    return column
  }
}
