/// The themes that come with asynctop, compiled in, so that a lone binary has them all.
///
/// The files in `themes/` are what is edited; a test holds this copy to them, and with
/// `ASYNCTOP_UPDATE_THEMES=1` in its environment writes it anew.
public enum ShippedThemes {
  /// A theme file.
  public struct File: Hashable, Sendable {
    /// The name of the theme, and of the file without `.theme`.
    public let name: String
    /// What is in the file.
    public let text: String
  }

  /// All of them, in the order in which a user leafs through.
  public static let all = [
    standard, light, highContrast, highContrastLight, colorBlind, terminal, mono,
  ]

  /// The theme that is taken if no other is asked for, and that others fall back on.
  public static var standard: File { dark }
}
