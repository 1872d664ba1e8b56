import AsyncTopTerminal

/// The names of the screens, and what is filtered.
struct TabsView {
  /// The screen that is shown.
  let screen: any Screen
  /// The number of its rows; nil if nobody wants to know, or before there are any.
  let count: RowCount?
  let filter: String
  let look: Look

  /// The texts of the tabs, each with its first column.
  private static let places = Screens.tabs.enumerated().reduce(
    into: [(text: String, start: Int)]()
  ) { places, tab in
    let start = places.last.map { $0.start + SafeText.columns(of: $0.text) } ?? 0
    places.append((" \((tab.offset + 1) % 10) \(tab.element.title) ", start))
  }

  /// The number of the tab at a column.
  static func tab(at column: Int) -> Int? {
    places.firstIndex {
      $0.start <= column && column < $0.start + SafeText.columns(of: $0.text)
    }
  }

  func draw(on canvas: inout Canvas) {
    canvas.fill(style: look[.border])
    var column = 0
    let shown = Screens.tabs.firstIndex { $0.action == screen.tab }
    for (number, place) in TabsView.places.enumerated() {
      canvas.write(
        place.text, at: Point(column: place.start, row: 0),
        style: look[number == shown ? .selection : .title])
      column = place.start + SafeText.columns(of: place.text)
    }
    if shown == nil {
      column += canvas.write(
        " \(screen.title) ", at: Point(column: column, row: 0), style: look[.selection])
    }
    if let count {
      let more = screen.isSearching ? "\(canvas.glyphs.ellipsis)" : ""
      let text =
        count.shown == count.all ? " \(count.all)" : " \(count.shown)\(more) of \(count.all)"
      column += canvas.write(text, at: Point(column: column, row: 0), style: look[.dim])
    }
    if !filter.isEmpty {
      canvas.write(
        "  filter: \(filter)", at: Point(column: column, row: 0), style: look[.filterMatch])
    }
  }
}
