extension Canvas {
  /// Draws a framed window in the middle, over what is there, and its content.
  ///
  /// - Parameters:
  ///   - size: The extent with the frame; made smaller where it doesn't fit.
  ///   - title: What stands in the upper line.
  ///   - style: How the window is filled.
  ///   - borderStyle: How the frame is drawn.
  ///   - titleStyle: How the title is drawn.
  ///   - content: Draws what is inside the frame and a space at each side.
  public mutating func popup(
    _ size: Size, title: String, style: Style, borderStyle: Style, titleStyle: Style,
    _ content: (inout Canvas) -> Void
  ) {
    inside(area.centered(size)) { window in
      window.fill(style: style)
      window.box(style: borderStyle, title: title, titleStyle: titleStyle)
      window.inside(window.area.inset(columns: 2, rows: 1), content)
    }
  }
}
