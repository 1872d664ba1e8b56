/// A text as the glyphs that are drawn for it.
///
/// The only way from text to cells, so that nothing unsafe reaches a terminal: control characters
/// become visible pictures, bidirectional controls, zero-width and unassigned scalars become `�`,
/// combining marks join the glyph before them. Lazy: what is clipped away is never looked at.
public struct TextGlyphs: Sequence {
  private let text: String

  /// Makes the sequence; costs nothing.
  public init(_ text: String) {
    self.text = text
  }

  /// Starts at the first glyph.
  public func makeIterator() -> Iterator {
    Iterator(text.unicodeScalars.makeIterator())
  }

  /// Walks the glyphs of a text.
  public struct Iterator: IteratorProtocol {
    private var scalars: String.UnicodeScalarView.Iterator
    private var pending: Unicode.Scalar?

    init(_ scalars: String.UnicodeScalarView.Iterator) {
      self.scalars = scalars
      pending = self.scalars.next()
    }

    /// Returns the next glyph.
    public mutating func next() -> Glyph? {
      while let scalar = pending {
        pending = scalars.next()
        guard var glyph = TextGlyphs.base(scalar) else { continue }
        combineMarks(into: &glyph)
        return glyph
      }
      return nil
    }

    private mutating func combineMarks(into glyph: inout Glyph) {
      while let mark = pending, mark.value >= 0x300 {
        switch ScalarDrawing(mark) {
        case .combining: glyph.combine(mark)
        case .dropped: break
        default: return
        }
        pending = scalars.next()
      }
    }
  }

  private static func base(_ scalar: Unicode.Scalar) -> Glyph? {
    switch ScalarDrawing(scalar) {
    case .narrow: Glyph(base: scalar, isWide: false)
    case .wide: Glyph(base: scalar, isWide: true)
    case .combining: Glyph(base: "\u{FFFD}", isWide: false)
    case .dropped: nil
    case .replaced(let replacement): Glyph(base: replacement, isWide: false)
    }
  }
}
