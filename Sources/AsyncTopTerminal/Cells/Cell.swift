/// One place of the grid: what is drawn there, and how.
public struct Cell: Hashable, Sendable {
  /// What is drawn; always safe to send to a terminal.
  public var glyph: Glyph
  /// How it is drawn.
  public var style: Style

  /// Makes a cell.
  public init(_ glyph: Glyph = .space, style: Style = .plain) {
    self.glyph = glyph
    self.style = style
  }

  /// A space in the terminal's own colours.
  public static let blank = Cell()
}
