import AsyncTopTerminal

/// The names of the screens, and what is filtered.
///
/// The digit of a screen's key stands before its name. Where there isn't room for all names, the
/// short ones are used, and what is beyond the edge is reached by its key.
struct TabsView {
  /// The screen that is shown.
  let screen: any Screen
  /// The number of its rows; nil if nobody wants to know, or before there are any.
  let count: RowCount?
  /// How many warnings there are at this moment.
  let warnings: Int
  let filter: String
  let look: Look

  /// A tab in its place.
  private struct Place {
    let number: Int
    let start: Int
    /// The name, after the digit.
    let title: String
    /// What follows the name: how many there are.
    let note: String

    var columns: Int { SafeText.columns(of: title) + (note.isEmpty ? 4 : 5 + note.count) }
  }

  private func places(in columns: Int) -> [Place] {
    let full = places(gap: 0) { $0.title }
    return full.last.map { $0.start + $0.columns <= columns } ?? true
      ? full : places(gap: -1) { $0.shortTitle }
  }

  private func places(gap: Int, _ title: (Screens.Tab) -> String) -> [Place] {
    Screens.tabs.enumerated().reduce(into: []) { places, tab in
      let start = places.last.map { $0.start + $0.columns + gap } ?? 0
      places.append(
        Place(
          number: tab.offset, start: start, title: title(tab.element), note: note(tab.element)))
    }
  }

  private func note(_ tab: Screens.Tab) -> String {
    if tab.action == screen.tab, let count {
      let more = screen.isSearching ? "…" : ""
      return count.shown == count.all ? "\(count.all)" : "\(count.shown)\(more) of \(count.all)"
    }
    return tab.action == WarningList.tab && warnings > 0 ? "\(warnings)" : ""
  }

  /// The number of the tab at a column of a line of so many.
  func tab(at column: Int, in columns: Int) -> Int? {
    places(in: columns).first { $0.start <= column && column < $0.start + $0.columns }?.number
  }

  func draw(on canvas: inout Canvas) {
    canvas.fill(style: look[.text])
    var end = 0
    for place in places(in: canvas.size.columns) {
      draw(place, Screens.tabs[place.number], on: &canvas)
      end = place.start + place.columns
    }
    if screen.tab == nil {
      canvas.write(" \(screen.title) ", at: Point(column: end, row: 0), style: look[.selection])
    }
    if !filter.isEmpty { drawFilter(on: &canvas) }
  }

  private func draw(_ place: Place, _ tab: Screens.Tab, on canvas: inout Canvas) {
    let isShown = tab.action == screen.tab
    let selection = look[.selection]
    var column = canvas.write(
      " \(tab.key)", at: Point(column: place.start, row: 0),
      style: isShown ? selection : look[.link])
    column += canvas.write(
      " \(place.title)", at: Point(column: place.start + column, row: 0),
      style: isShown ? selection : look[.tabTitle])
    if !place.note.isEmpty {
      column += canvas.write(
        " \(place.note)", at: Point(column: place.start + column, row: 0),
        style: isShown ? selection : look[.warning])
    }
    if isShown {
      canvas.write(" ", at: Point(column: place.start + column, row: 0), style: selection)
    }
  }

  /// At the right edge, over the tabs if there is no other room.
  private func drawFilter(on canvas: inout Canvas) {
    let columns = min(SafeText.columns(of: filter), max(0, canvas.size.columns * 2 / 3))
    canvas.write(
      filter, at: Point(column: max(0, canvas.size.columns - columns - 1), row: 0), width: columns,
      style: look[.filterMatch])
  }
}
