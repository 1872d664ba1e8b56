import AsyncTopTerminal

/// A look as it stands in a theme file, with the background perhaps left out.
struct WrittenStyle: Hashable, Sendable {
  var foreground: Color
  var background: Color?
  var attributes: TextAttributes

  /// The style; what isn't on a colour of its own is on the given one.
  func style(on base: Color) -> Style {
    Style(foreground: foreground, background: background ?? base, attributes: attributes)
  }
}
