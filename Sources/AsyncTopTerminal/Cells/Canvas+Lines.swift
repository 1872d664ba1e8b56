extension Canvas {
  /// Fills a part, or all, with one glyph.
  public mutating func fill(_ part: Rect? = nil, with glyph: Glyph = .space, style: Style) {
    let visible = area.intersection(part ?? area)
    for row in visible.top..<visible.bottom {
      for column in visible.left..<visible.right {
        put(glyph, at: Point(column: column, row: row), style: style)
      }
    }
  }

  /// Draws a line to the right.
  public mutating func horizontalLine(at point: Point, columns: Int, style: Style) {
    fill(
      Rect(origin: point, size: Size(columns: columns, rows: 1)), with: glyphs.horizontal,
      style: style)
  }

  /// Draws a line downwards.
  public mutating func verticalLine(at point: Point, rows: Int, style: Style) {
    fill(
      Rect(origin: point, size: Size(columns: 1, rows: rows)), with: glyphs.vertical,
      style: style)
  }

  /// Draws a border around a part, or around all, with a title in its upper line.
  ///
  /// - Parameters:
  ///   - part: What the border is the edge of; nothing is drawn if it is less than 2 × 2.
  ///   - style: How the border is drawn.
  ///   - title: What stands in the upper line, shortened to fit.
  ///   - titleStyle: How the title is drawn; as the border if it isn't given.
  public mutating func box(
    _ part: Rect? = nil, style: Style, title: String = "", titleStyle: Style? = nil
  ) {
    let rect = part ?? area
    guard rect.columns >= 2, rect.rows >= 2 else { return }
    let (left, top, right, bottom) = (rect.left, rect.top, rect.right - 1, rect.bottom - 1)
    let inner = (columns: rect.columns - 2, rows: rect.rows - 2)
    for row in [top, bottom] {
      horizontalLine(
        at: Point(column: left + 1, row: row), columns: inner.columns, style: style)
    }
    for column in [left, right] {
      verticalLine(at: Point(column: column, row: top + 1), rows: inner.rows, style: style)
    }
    put(glyphs.topLeft, at: Point(column: left, row: top), style: style)
    put(glyphs.topRight, at: Point(column: right, row: top), style: style)
    put(glyphs.bottomLeft, at: Point(column: left, row: bottom), style: style)
    put(glyphs.bottomRight, at: Point(column: right, row: bottom), style: style)
    guard !title.isEmpty, inner.columns >= 5 else { return }
    let shown = SafeText.truncated(title, to: inner.columns - 4, ellipsis: glyphs.ellipsis)
    write(" \(shown) ", at: Point(column: left + 2, row: top), style: titleStyle ?? style)
  }
}
