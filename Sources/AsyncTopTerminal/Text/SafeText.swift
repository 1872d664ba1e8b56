/// Measures, cleans and shortens untrusted text, in columns of a terminal.
///
/// A number is never cut: a part of one is another number. Where a cut would fall into one, all of
/// it is left out.
public enum SafeText {
  /// Returns the columns a text takes; walks the whole text.
  public static func columns(of text: String) -> Int {
    columnsIfPlain(text) ?? TextGlyphs(text).reduce(0) { $0 + $1.width }
  }

  /// Returns the text as it is drawn, with nothing in it that could harm a terminal or a log.
  public static func clean(_ text: String) -> String {
    columnsIfPlain(text) != nil ? text : TextGlyphs(text).reduce(into: "") { $0 += $1.description }
  }

  /// The columns of a text whose scalars are all drawn as they are, each in one column; nil if that
  /// needs a closer look.
  ///
  /// Those of ASCII and Latin, a few signs and lines: nearly all there is.
  public static func columnsIfPlain(_ text: String) -> Int? {
    let bytes = text.utf8Span.span
    var (columns, index) = (0, 0)
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case 0x20..<0x7F: index += 1
      case 0xC2 where bytes[index + 1] >= 0xA0 && bytes[index + 1] != 0xAD: index += 2
      case 0xC3...0xCB: index += 2
      // ‘ ’ “ ” … ≤ ─
      case 0xE2:
        switch (bytes[index + 1], bytes[index + 2]) {
        case (0x80, 0x98...0x99), (0x80, 0x9C...0x9D), (0x80, 0xA6), (0x89, 0xA4), (0x94, 0x80...):
          index += 3
        default: return nil
        }
      default: return nil
      }
      columns += 1
    }
    return columns
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
    case .afterFirstWord:
      let word = String(text.prefix { $0 != " " })
      let keepsMore = self.columns(of: word) + 4 <= columns
      return word == text || !keepsMore && self.columns(of: text) > columns
        ? keepingEnd(of: word, columns: columns, ellipsis: ellipsis)
        : keepingStart(of: text, columns: columns, ellipsis: ellipsis)
    }
  }

  private static func keepingStart(
    of text: String, columns: Int, ellipsis: Glyph
  ) -> (glyphs: [Glyph], columns: Int) {
    var kept: [Glyph] = []
    var used = 0
    for glyph in TextGlyphs(text) {
      if used + glyph.width > columns {
        var isNumber = glyph.isDigit
        while let last = kept.last, used >= columns || isNumber && last.isDigit {
          isNumber = last.isDigit
          kept.removeLast()
          used -= last.width
        }
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
    while start > 0, start < glyphs.count, glyphs[start - 1].isDigit, glyphs[start].isDigit {
      used -= glyphs[start].width
      start += 1
    }
    return ([ellipsis] + glyphs[start...], used)
  }
}

extension Glyph {
  /// Whether it is a digit of a number.
  fileprivate var isDigit: Bool { (0x30...0x39).contains(baseValue) }
}

/// Which end of a text is lost when it doesn't fit.
public enum Truncation: Hashable, Sendable {
  /// The end: for names and sentences.
  case end
  /// The start: for paths, whose end says most.
  case start
  /// All but the first word, if little more than that fits, then the start of that: for a place, of
  /// which the function may be missing but not the line.
  case afterFirstWord
}

/// Where a text stands in a field that is wider than it.
public enum TextAlignment: Hashable, Sendable {
  /// At the left.
  case left
  /// In the middle.
  case center
  /// At the right: for numbers.
  case right
}
