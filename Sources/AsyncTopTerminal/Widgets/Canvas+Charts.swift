extension Canvas {
  /// Draws how much of a whole there is, from the left.
  ///
  /// - Parameters:
  ///   - fraction: From 0 (nothing) to 1 (all); what lies outside is taken to the nearer end.
  ///   - point: Where the bar starts.
  ///   - width: The cells of the whole.
  ///   - full: How the filled part is drawn.
  ///   - empty: How the rest is drawn.
  public mutating func bar(
    _ fraction: Double, at point: Point, width: Int, full: Style, empty: Style
  ) {
    let steps = glyphs.bar.count - 1
    let filled = Canvas.steps(fraction, of: width * steps)
    for cell in 0..<max(0, width) {
      let step = min(max(filled - cell * steps, 0), steps)
      // A partly filled cell shows both colours: its glyph the one, its background the other.
      let style =
        step == 0
        ? empty
        : Style(
          foreground: full.foreground, background: empty.background, attributes: full.attributes)
      put(glyphs.bar[step], at: Point(column: point.column + cell, row: point.row), style: style)
    }
  }

  /// Draws numbers as columns that stand on the lower edge of a part: a sparkline if it has one
  /// row, a histogram if it has more.
  ///
  /// - Parameters:
  ///   - values: One number to a cell, the last at the right edge; the first are lost if there
  ///     isn't room.
  ///   - part: Where they are drawn.
  ///   - maximum: The number that reaches the upper edge; if it isn't given, the largest that is
  ///     shown.
  ///   - style: How they are drawn.
  public mutating func columns(
    _ values: some BidirectionalCollection<Double>, in part: Rect, maximum: Double? = nil,
    style: Style
  ) {
    let shown = Array(values.suffix(max(0, part.columns)))
    let top = maximum ?? shown.max() ?? 0
    let steps = glyphs.column.count - 1
    fill(part, style: style)
    for (offset, value) in shown.enumerated() {
      var height = Canvas.steps(top > 0 ? value / top : 0, of: part.rows * steps)
      if value > 0 { height = max(1, height) }  // What isn't nothing can be seen.
      let column = part.right - shown.count + offset
      for row in 0..<part.rows {
        let step = min(max(height - row * steps, 0), steps)
        put(
          glyphs.column[step], at: Point(column: column, row: part.bottom - 1 - row),
          style: style)
      }
    }
  }

  /// Draws which part of a list is on the screen; nothing if all of it is.
  ///
  /// - Parameters:
  ///   - part: One column of cells.
  ///   - first: The first visible row.
  ///   - visible: The visible rows.
  ///   - total: All rows.
  ///   - style: How it is drawn.
  public mutating func scrollbar(
    in part: Rect, first: Int, visible: Int, total: Int, style: Style
  ) {
    guard total > visible, visible > 0, part.rows > 0 else { return }
    let handle = max(1, part.rows * visible / total)
    let offset = (part.rows - handle) * min(max(0, first), total - visible) / (total - visible)
    for row in 0..<part.rows {
      let isHandle = row >= offset && row < offset + handle
      put(
        isHandle ? glyphs.scrollHandle : glyphs.scrollTrack,
        at: Point(column: part.left, row: part.top + row), style: style)
    }
  }

  /// A fraction as a number of steps; not a number counts as nothing.
  private static func steps(_ fraction: Double, of total: Int) -> Int {
    guard fraction > 0 else { return 0 }
    return Int(min(fraction, 1) * Double(max(0, total)) + 0.5)
  }
}
