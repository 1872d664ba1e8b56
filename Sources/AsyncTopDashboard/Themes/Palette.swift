public import AsyncTopTerminal

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
