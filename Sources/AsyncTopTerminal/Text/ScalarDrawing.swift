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
