public import AsyncTopTerminal

/// How a dashboard looks: the styles of a theme and the characters of a terminal.
public struct Look: Hashable, Sendable {
  /// The styles.
  public let palette: Palette
  /// The characters.
  public let glyphs: GlyphSet

  /// Makes a look.
  public init(palette: Palette, glyphs: GlyphSet = .unicode) {
    self.palette = palette
    self.glyphs = glyphs
  }

  /// The standard theme with all colours.
  public static let standard = Look(palette: ThemeCatalog.standard.palette(for: .trueColor))

  subscript(role: ThemeRole) -> Style { palette[role] }
}
