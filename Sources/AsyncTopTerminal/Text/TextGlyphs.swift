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

/// What becomes of a scalar of untrusted text on its way to the screen.
///
/// Everything that moves a terminal's cursor, changes its state, reorders its line or can't be seen
/// is replaced by something that can be seen. The terminal gets no control characters at all.
enum ScalarDrawing: Equatable {
  /// Drawn in one cell.
  case narrow
  /// Drawn in two cells.
  case wide
  /// Drawn over the scalar before it.
  case combining
  /// Left out: it only chooses between two looks of the scalar before it.
  case dropped
  /// Drawn as another scalar, in one cell.
  case replaced(by: Unicode.Scalar)

  private static let unknown = ScalarDrawing.replaced(by: "\u{FFFD}")

  /// Decides for one scalar.
  init(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x20..<0x7F, 0xA0..<0xAD, 0xAE..<0x300:
      self = .narrow
    case 0..<0x20, 0x7F:
      self = .replaced(by: ScalarDrawing.picture(ofControl: scalar))
    case 0x80..<0xA0, 0xAD:
      self = ScalarDrawing.unknown
    case 0x2500...0x25A0, 0x2800...0x28FF:  // Boxes, blocks and braille: most of a dashboard.
      self = .narrow
    case 0xFE0E, 0xFE0F:  // Variation selectors: text or emoji.
      self = .dropped
    case 0x1160...0x11FF, 0xD7B0...0xD7FB:  // Hangul vowels and finals join the initial.
      self = scalar.properties.generalCategory == .unassigned ? ScalarDrawing.unknown : .combining
    default:
      self = ScalarDrawing.fromProperties(of: scalar)
    }
  }

  /// U+2400 and following are pictures of the control characters: `␛`, `␊`.
  private static func picture(ofControl scalar: Unicode.Scalar) -> Unicode.Scalar {
    Unicode.Scalar(scalar.value == 0x7F ? 0x2421 : 0x2400 + scalar.value) ?? "\u{FFFD}"
  }

  private static func fromProperties(of scalar: Unicode.Scalar) -> ScalarDrawing {
    let properties = scalar.properties
    // Bidirectional controls, joiners, tags, fillers: all are ignorable, and none can be seen.
    if properties.isDefaultIgnorableCodePoint { return unknown }
    switch properties.generalCategory {
    case .control, .format, .unassigned, .surrogate, .lineSeparator, .paragraphSeparator:
      return unknown
    case .nonspacingMark, .enclosingMark:
      return .combining
    default:
      return WideScalars.contains(scalar) ? .wide : .narrow
    }
  }
}

/// The scalars that take two cells.
enum WideScalars {
  /// East Asian Width W and F of Unicode 14 (`EastAsianWidth.txt`), in order.
  ///
  /// Gaps of unassigned scalars are closed: what a later Unicode puts between wide scalars is wide.
  private static let ranges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0,
    0x23F3...0x23F3, 0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F,
    0x2693...0x2693, 0x26A1...0x26A1, 0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5,
    0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA, 0x26F2...0x26F3, 0x26F5...0x26F5,
    0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B, 0x2728...0x2728,
    0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
    0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55,
    0x2E80...0x3029, 0x302E...0x303E, 0x3041...0x3096, 0x309B...0x3247, 0x3250...0x4DBF,
    0x4E00...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAD9, 0xFE10...0xFE19,
    0xFE30...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x16FE3, 0x16FF0...0x1B2FB,
    0x1F004...0x1F004, 0x1F0CF...0x1F0CF, 0x1F18E...0x1F18E, 0x1F191...0x1F19A, 0x1F200...0x1F320,
    0x1F32D...0x1F335, 0x1F337...0x1F37C, 0x1F37E...0x1F393, 0x1F3A0...0x1F3CA, 0x1F3CF...0x1F3D3,
    0x1F3E0...0x1F3F0, 0x1F3F4...0x1F3F4, 0x1F3F8...0x1F43E, 0x1F440...0x1F440, 0x1F442...0x1F4FC,
    0x1F4FF...0x1F53D, 0x1F54B...0x1F54E, 0x1F550...0x1F567, 0x1F57A...0x1F57A, 0x1F595...0x1F596,
    0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F, 0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC, 0x1F6D0...0x1F6D2,
    0x1F6D5...0x1F6DF, 0x1F6EB...0x1F6EC, 0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7F0, 0x1F90C...0x1F93A,
    0x1F93C...0x1F945, 0x1F947...0x1F9FF, 0x1FA70...0x1FAF6, 0x20000...0x3FFFD,
  ]

  /// True if the scalar takes two cells; a binary search over some eighty ranges.
  static func contains(_ scalar: Unicode.Scalar) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < scalar.value { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].lowerBound <= scalar.value
  }
}
