import AsyncTopTerminal

/// The names of the views, and what is filtered.
struct TabsView {
  let screen: Screen
  /// The number of rows, and of those that the filter leaves.
  let counts: [Screen: (shown: Int, all: Int)]
  let filter: String
  let look: Look

  /// The columns of each tab.
  private func places() -> [(screen: Screen, text: String, start: Int)] {
    var start = 0
    return Screen.tabs.enumerated().map { number, tab in
      let text = " \(number + 1) \(tab.title) "
      defer { start += SafeText.columns(of: text) }
      return (tab, text, start)
    }
  }

  /// The screen whose tab is at a column.
  func screen(at column: Int) -> Screen? {
    places().last { $0.start <= column && column < $0.start + SafeText.columns(of: $0.text) }?
      .screen
  }

  func draw(on canvas: inout Canvas) {
    canvas.fill(style: look[.border])
    var column = 0
    for tab in places() {
      let isShown = tab.screen == screen
      canvas.write(
        tab.text, at: Point(column: tab.start, row: 0), style: look[isShown ? .selection : .title])
      column = tab.start + SafeText.columns(of: tab.text)
    }
    if case .details = screen {
      column += canvas.write(
        " \(screen.title) ", at: Point(column: column, row: 0), style: look[.selection])
    }
    if let count = counts[screen] {
      let text = count.shown == count.all ? " \(count.all)" : " \(count.shown) of \(count.all)"
      column += canvas.write(text, at: Point(column: column, row: 0), style: look[.dim])
    }
    if !filter.isEmpty {
      canvas.write(
        "  filter: \(filter)", at: Point(column: column, row: 0), style: look[.filterMatch])
    }
  }
}
