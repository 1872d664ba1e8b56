/// How text is drawn besides its colours.
public struct TextAttributes: OptionSet, Hashable, Sendable {
  /// One bit for each attribute.
  public let rawValue: UInt8

  /// Makes a set from its bits.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Heavier strokes.
  public static let bold = TextAttributes(rawValue: 1)
  /// Less bright than the colour says.
  public static let dim = TextAttributes(rawValue: 2)
  /// Slanted.
  public static let italic = TextAttributes(rawValue: 4)
  /// With a line below.
  public static let underline = TextAttributes(rawValue: 8)
  /// Text and background exchanged.
  public static let reverse = TextAttributes(rawValue: 16)
}
