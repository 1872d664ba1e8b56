/// Measures, cleans and shortens untrusted text, in columns of a terminal.
public enum SafeText {
  /// Returns the columns a text takes; walks the whole text.
  public static func columns(of text: String) -> Int {
    TextGlyphs(text).reduce(0) { $0 + $1.width }
  }

  /// Returns the text as it is drawn, with nothing in it that could harm a terminal or a log.
  public static func clean(_ text: String) -> String {
    TextGlyphs(text).reduce(into: "") { $0 += $1.description }
  }

  /// Returns a text that takes at most so many columns, with an ellipsis where it was cut.
  ///
  /// - Parameters:
  ///   - text: Anything.
  ///   - columns: The most columns the result may take.
  ///   - truncation: Which end is lost.
  ///   - ellipsis: What stands for the lost part; one column.
  /// - Returns: A clean text.
  public static func truncated(
    _ text: String, to columns: Int, truncation: Truncation = .end,
    ellipsis: Glyph = Glyph("…")
  ) -> String {
    fitting(text, columns: columns, truncation: truncation, ellipsis: ellipsis)
      .glyphs.reduce(into: "") { $0 += $1.description }
  }

  /// The glyphs that fit, and how many columns they take.
  static func fitting(
    _ text: String, columns: Int, truncation: Truncation, ellipsis: Glyph
  ) -> (glyphs: [Glyph], columns: Int) {
    guard columns > 0 else { return ([], 0) }
    switch truncation {
    case .end: return keepingStart(of: text, columns: columns, ellipsis: ellipsis)
    case .start: return keepingEnd(of: text, columns: columns, ellipsis: ellipsis)
    }
  }

  private static func keepingStart(
    of text: String, columns: Int, ellipsis: Glyph
  ) -> (glyphs: [Glyph], columns: Int) {
    var kept: [Glyph] = []
    var used = 0
    for glyph in TextGlyphs(text) {
      if used + glyph.width > columns {
        while used >= columns, let last = kept.popLast() { used -= last.width }
        kept.append(ellipsis)
        return (kept, used + 1)
      }
      kept.append(glyph)
      used += glyph.width
    }
    return (kept, used)
  }

  private static func keepingEnd(
    of text: String, columns: Int, ellipsis: Glyph
  ) -> (glyphs: [Glyph], columns: Int) {
    let glyphs = Array(TextGlyphs(text))
    let total = glyphs.reduce(0) { $0 + $1.width }
    guard total > columns else { return (glyphs, total) }
    var start = glyphs.count
    var used = 1
    while start > 0, used + glyphs[start - 1].width <= columns {
      start -= 1
      used += glyphs[start].width
    }
    return ([ellipsis] + glyphs[start...], used)
  }
}
