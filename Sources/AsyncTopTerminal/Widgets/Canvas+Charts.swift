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

  /// Draws numbers at equal distances in time, two to a cell: filled from the lower edge.
  ///
  /// - Parameters:
  ///   - values: The numbers, the latest last, at the right edge; nil where there is none.
  ///   - part: Where they are drawn.
  ///   - maximum: The number that reaches the upper edge; if it isn't given, the largest shown.
  ///   - style: How they are drawn.
  public mutating func graph(
    _ values: [Double?], in part: Rect, maximum: Double? = nil, style: Style
  ) {
    let shown = Array(values.suffix(max(0, 2 * part.columns)))
    let top = maximum ?? shown.compactMap(\.self).max() ?? 0
    let heights = shown.map { value -> Int in
      guard let value else { return 0 }
      // What is known is seen, nothing too.
      return max(1, Canvas.steps(top > 0 ? value / top : 0, of: part.rows * 4))
    }
    draw(dots: heights.map { 0..<$0 }, in: part, style: style)
  }

  /// Draws levels at equal distances in time, two to a cell, as a line between the least and the
  /// greatest.
  ///
  /// - Parameters:
  ///   - values: The levels, the latest last, at the right edge; nil where there is none.
  ///   - part: Where they are drawn.
  ///   - style: How they are drawn.
  public mutating func line(_ values: [Double?], in part: Rect, style: Style) {
    let shown = Array(values.suffix(max(0, 2 * part.columns)))
    let known = shown.compactMap(\.self)
    let (least, greatest) = (known.min() ?? 0, known.max() ?? 0)
    let highest = part.rows * 4 - 1
    var before: Int?
    let dots = shown.map { value -> Range<Int> in
      guard let value else {
        before = nil
        return 0..<0
      }
      let part = greatest > least ? (value - least) / (greatest - least) : 0.5
      let height = Canvas.steps(part, of: max(0, highest))
      defer { before = height }
      // A line joins what lies far apart.
      guard let before, abs(before - height) > 1 else { return height..<height + 1 }
      return before < height ? before + 1..<height + 1 : height..<before
    }
    draw(dots: dots, in: part, style: style)
  }

  /// Draws dots, two columns and four rows to a cell; the rows count from the lower edge.
  private mutating func draw(dots: [Range<Int>], in part: Rect, style: Style) {
    fill(part, style: style)
    let isOdd = dots.count % 2 == 1
    let padded = isOdd ? [0..<0] + dots : dots
    for cell in 0..<padded.count / 2 {
      let column = part.right - padded.count / 2 + cell
      for row in 0..<part.rows {
        let glyph = glyphs.dots(
          left: padded[2 * cell].inCell(row), right: padded[2 * cell + 1].inCell(row))
        put(glyph, at: Point(column: column, row: part.bottom - 1 - row), style: style)
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

extension Range<Int> {
  /// What of some dots lies in a cell of four, from its lower edge.
  fileprivate func inCell(_ row: Int) -> Range<Int> {
    let moved = (lowerBound - 4 * row)..<(upperBound - 4 * row)
    return moved.clamped(to: 0..<4)
  }
}

extension GlyphSet {
  /// A cell of dots, four in each of two columns; in ASCII, how high the higher one is.
  fileprivate func dots(left: Range<Int>, right: Range<Int>) -> Glyph {
    guard self != .ascii else {
      return column[
        Swift.max(left.isEmpty ? 0 : left.upperBound, right.isEmpty ? 0 : right.upperBound)]
    }
    // Unicode counts the upper three dots of each column first, then the two lowest.
    let bits: [(left: UInt32, right: UInt32)] = [(0x40, 0x80), (4, 0x20), (2, 0x10), (1, 8)]
    let pattern = (0..<4).reduce(UInt32(0)) { pattern, row in
      pattern | (left.contains(row) ? bits[row].left : 0)
        | (right.contains(row) ? bits[row].right : 0)
    }
    guard pattern != 0, let scalar = Unicode.Scalar(0x2800 + pattern) else { return .space }
    return Glyph(Character(scalar))
  }
}
