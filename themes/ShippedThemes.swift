/// The themes that come with asynctop: the files of this folder, embedded in the program, so that a
/// lone binary has them all.
///
/// A new theme is a file here, a line in `Package.swift`, and one below.
public enum ShippedThemes {
  /// A theme file.
  public struct File: Sendable {
    /// The name of the theme, and of the file without `.theme`.
    public let name: String
    /// What is in the file.
    public let text: String

    init(_ name: String, _ bytes: [UInt8]) {
      self.name = name
      text = String(decoding: bytes, as: UTF8.self)
    }
  }

  /// All of them, in the order in which a user leafs through; the first is the standard one.
  public static let all = [
    File("dark", PackageResources.dark_theme),
    File("light", PackageResources.light_theme),
    File("high-contrast", PackageResources.high_contrast_theme),
    File("high-contrast-light", PackageResources.high_contrast_light_theme),
    File("color-blind", PackageResources.color_blind_theme),
    File("terminal", PackageResources.terminal_theme),
    File("mono", PackageResources.mono_theme),
  ]

  /// What each role looks like where a theme doesn't say otherwise.
  public static let roles = File("roles", PackageResources.roles_theme)
}
