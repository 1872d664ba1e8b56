extension Canvas {
  /// Draws a text field, shifted so that the cursor can be seen.
  ///
  /// - Parameters:
  ///   - field: The field.
  ///   - point: Where it starts.
  ///   - width: Its cells; all are drawn.
  ///   - style: How the text is drawn.
  ///   - cursorStyle: How the cell under the cursor is drawn.
  public mutating func textField(
    _ field: TextField, at point: Point, width: Int, style: Style, cursorStyle: Style
  ) {
    let before = SafeText.columns(of: field.beforeCursor)
    let underCursor = TextGlyphs(field.afterCursor).first { _ in true } ?? .space
    let shift = max(0, before + underCursor.width - width)
    inside(Rect(column: point.column, row: point.row, columns: width, rows: 1)) { line in
      line.fill(style: style)
      line.write(
        field.beforeCursor + field.afterCursor, at: Point(column: -shift, row: 0), style: style)
      line.put(underCursor, at: Point(column: before - shift, row: 0), style: cursorStyle)
    }
  }
}
