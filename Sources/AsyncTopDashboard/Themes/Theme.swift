public import AsyncTopTerminal

/// A look for every role.
///
/// Made from a theme file by ``ThemeCatalog``; views draw with the ``Palette`` that a theme has for
/// the terminal's ``ColorDepth``.
public struct Theme: Hashable, Sendable {
  /// What it is called.
  public let name: String
  /// The styles where there are colours enough, in the order of the roles.
  private let styles: [Style]
  /// The styles where there are only sixteen colours, in the order of the roles.
  private let sixteen: [Style]

  /// Makes a theme of written looks; a role without one looks like text, and what has a colour that
  /// isn't in the file has the terminal's.
  ///
  /// What isn't on a colour of its own is on that of `text`, and among sixteen colours on that of
  /// `text` among sixteen colours.
  init(name: String, _ file: ThemeFile) {
    self.name = name
    let (looks, colors) = (file.looks, file.colors)
    let plain = WrittenStyle(foreground: .fixed(.terminalDefault), attributes: [])
    let text = looks[.text]?.style ?? plain
    func full(_ color: WrittenColor) -> Color { color.resolved { colors[$0]?.color } }
    func stepped(_ color: WrittenColor) -> Color {
      color.resolved { colors[$0].map { $0.sixteen ?? $0.color } }.stepped(to: .sixteen)
    }
    let base = text.background.map(full) ?? .terminalDefault
    let base16 = (looks[.text]?.sixteen ?? text).background.map(stepped) ?? .terminalDefault
    styles = ThemeRole.allCases.map { (looks[$0]?.style ?? text).style(on: base, full) }
    sixteen = ThemeRole.allCases.map { role in
      (looks[role]?.sixteen ?? looks[role]?.style ?? text).style(on: base16, stepped)
    }
  }

  /// The styles to draw with on a terminal that shows so many colours.
  public func palette(for depth: ColorDepth) -> Palette {
    switch depth {
    case .none:
      let base = styles[ThemeRole.text.rawValue].background
      return Palette(styles: styles.map { Theme.withoutColor($0, base: base) })
    case .sixteen: return Palette(styles: sixteen)
    case .palette256, .trueColor: return Palette(styles: styles.map { $0.stepped(to: depth) })
    }
  }

  /// Without colours, what has a background of its own is reversed, so that it still stands out.
  private static func withoutColor(_ style: Style, base: Color) -> Style {
    let hasOwnBackground = style.background != base && style.background != .terminalDefault
    return Style(attributes: hasOwnBackground ? style.attributes.union(.reverse) : style.attributes)
  }
}

/// The style of every role, in colours the terminal has.
public struct Palette: Hashable, Sendable {
  private let styles: [Style]

  /// Makes a palette of a style for each role, in the order of the roles.
  init(styles: [Style]) {
    precondition(styles.count == ThemeRole.allCases.count, "a style for each role")
    self.styles = styles
  }

  /// The style of a role.
  public subscript(role: ThemeRole) -> Style { styles[role.rawValue] }
}
