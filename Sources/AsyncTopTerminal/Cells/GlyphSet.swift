/// The characters that a dashboard draws with, for a terminal that has Unicode and for one that
/// hasn't.
public struct GlyphSet: Hashable, Sendable {
  /// A line to the right.
  public let horizontal: Glyph
  /// A line downwards.
  public let vertical: Glyph
  /// The corner `┌`.
  public let topLeft: Glyph
  /// The corner `┐`.
  public let topRight: Glyph
  /// The corner `└`.
  public let bottomLeft: Glyph
  /// The corner `┘`.
  public let bottomRight: Glyph
  /// A branch of a tree that has siblings after it, three columns.
  public let branch: String
  /// The last branch of a tree, three columns.
  public let lastBranch: String
  /// The line beside the children of a branch that has siblings after it, three columns.
  public let trunk: String
  /// In front of something that can be unfolded.
  public let folded: Glyph
  /// In front of something that can be folded.
  public let unfolded: Glyph
  /// Stands for text that was cut.
  public let ellipsis: Glyph
  /// Ascending sort order.
  public let ascending: Glyph
  /// Descending sort order.
  public let descending: Glyph
  /// In front of the selected row.
  public let pointer: Glyph
  /// Between facts on one line.
  public let dot: Glyph
  /// Empty, then what a cell filled from the left by one more step looks like, to full.
  public let bar: [Glyph]
  /// Empty, then what a cell filled from the bottom by one more step looks like, to full.
  public let column: [Glyph]
  /// A cell of a bar that is divided by colours.
  public let meter: Glyph
  /// The part of a scrollbar that is not the handle.
  public let scrollTrack: Glyph
  /// The handle of a scrollbar.
  public let scrollHandle: Glyph

  /// For terminals with UTF-8.
  public static let unicode = GlyphSet(
    horizontal: Glyph("─"), vertical: Glyph("│"), topLeft: Glyph("┌"), topRight: Glyph("┐"),
    bottomLeft: Glyph("└"), bottomRight: Glyph("┘"), branch: "├─ ", lastBranch: "└─ ",
    trunk: "│  ", folded: Glyph("▸"), unfolded: Glyph("▾"), ellipsis: Glyph("…"),
    ascending: Glyph("▲"), descending: Glyph("▼"), pointer: Glyph("▶"), dot: Glyph("·"),
    bar: " ▏▎▍▌▋▊▉█".map { Glyph($0) }, column: " ▁▂▃▄▅▆▇█".map { Glyph($0) },
    meter: Glyph("━"),
    scrollTrack: Glyph("│"), scrollHandle: Glyph("█"))

  /// For terminals without, and for readers of screens.
  public static let ascii = GlyphSet(
    horizontal: Glyph("-"), vertical: Glyph("|"), topLeft: Glyph("+"), topRight: Glyph("+"),
    bottomLeft: Glyph("+"), bottomRight: Glyph("+"), branch: "|- ", lastBranch: "`- ",
    trunk: "|  ", folded: Glyph("+"), unfolded: Glyph("-"), ellipsis: Glyph("~"),
    ascending: Glyph("^"), descending: Glyph("v"), pointer: Glyph(">"), dot: Glyph("."),
    bar: " -=#".map { Glyph($0) }, column: " .:|#".map { Glyph($0) },
    meter: Glyph("="),
    scrollTrack: Glyph("|"), scrollHandle: Glyph("#"))
}
