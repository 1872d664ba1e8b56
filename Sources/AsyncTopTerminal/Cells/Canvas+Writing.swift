extension Canvas {
  /// Writes a text from a point to the right until it or the canvas ends.
  ///
  /// - Parameters:
  ///   - text: Anything; it is made safe.
  ///   - point: Where it starts; may lie outside.
  ///   - style: How it is drawn.
  /// - Returns: The columns from the point to where the next text would go on; what lies beyond the
  ///   right edge isn't counted.
  @discardableResult
  public mutating func write(_ text: String, at point: Point, style: Style) -> Int {
    guard point.row >= 0, point.row < size.rows else { return 0 }
    var column = point.column
    for glyph in TextGlyphs(text) {
      guard column < size.columns else { break }
      put(glyph, at: Point(column: column, row: point.row), style: style)
      column += glyph.width
    }
    return max(0, min(column, size.columns) - point.column)
  }

  /// Writes a text from the top left on, in as many lines as it needs, broken between words.
  public mutating func write(lines text: String, style: Style) {
    var place = Point.zero
    for word in text.split(separator: " ").map(String.init) {
      if place.column > 0, place.column + SafeText.columns(of: word) > size.columns {
        place = Point(column: 0, row: place.row + 1)
      }
      let written = write(word, at: place, style: style)
      place = Point(column: place.column + written + 1, row: place.row)
    }
  }

  /// Writes a text into a field of fixed width: cut with an ellipsis, or padded with spaces.
  ///
  /// - Parameters:
  ///   - text: Anything; it is made safe.
  ///   - point: Where the field starts.
  ///   - width: The columns of the field; all are drawn.
  ///   - style: How the field is drawn.
  ///   - alignment: Where the text stands if it is shorter than the field.
  ///   - truncation: Which end is lost if it is longer.
  public mutating func write(
    _ text: String, at point: Point, width: Int, style: Style,
    alignment: TextAlignment = .left, truncation: Truncation = .end
  ) {
    guard width > 0, point.row >= 0, point.row < size.rows else { return }
    let fitting = SafeText.fitting(
      text, columns: width, truncation: truncation, ellipsis: glyphs.ellipsis)
    let space = width - fitting.columns
    let before =
      switch alignment {
      case .left: 0
      case .center: space / 2
      case .right: space
      }
    fill(Rect(column: point.column, row: point.row, columns: before, rows: 1), style: style)
    var column = point.column + before
    for glyph in fitting.glyphs {
      put(glyph, at: Point(column: column, row: point.row), style: style)
      column += glyph.width
    }
    fill(
      Rect(column: column, row: point.row, columns: space - before, rows: 1), style: style)
  }
}
