import AsyncTopTerminal

/// What a list can be sorted by, and is.
struct SortOrder: Hashable, Sendable {
  /// A column that can be sorted by.
  struct Choice: Hashable, Sendable {
    let title: String
    /// Whether one wants to see the most first.
    let startsDescending: Bool
  }

  /// The columns, from left to right.
  let choices: [Choice]
  /// The number of the column that it is sorted by.
  private(set) var column: Int
  /// Whether the largest comes first.
  private(set) var isDescending: Bool

  /// Takes a column's usual order.
  init(_ choices: [Choice], column: Int) {
    self.choices = choices
    self.column = column
    isDescending = choices[column].startsDescending
  }

  /// Sorts by a column, the other way if it is sorted by it already.
  mutating func sort(by number: Int) {
    guard choices.indices.contains(number) else { return }
    if number == column { return reverse() }
    column = number
    isDescending = choices[number].startsDescending
  }

  /// Sorts by a column so many further to the right, or to the left if negative.
  mutating func move(by count: Int) {
    sort(by: (column + count + choices.count) % choices.count)
  }

  mutating func reverse() { isDescending.toggle() }
}

/// The menu of the columns to sort by.
struct SortMenuView {
  let titles: [String]
  let index: Int
  let look: Look

  func draw(on canvas: inout Canvas) {
    let size = Size(columns: 22, rows: titles.count + 2)
    canvas.popup(
      size, title: "Sort by", style: look[.popup], borderStyle: look[.popupBorder],
      titleStyle: look[.popupTitle]
    ) { canvas in
      let rows = canvas.size.rows
      let top = max(0, min(index - rows / 2, titles.count - rows))
      for (row, title) in titles.dropFirst(top).prefix(rows).enumerated() {
        let isSelected = top + row == index
        canvas.write(
          (isSelected ? "\(canvas.glyphs.pointer) " : "  ") + title,
          at: Point(column: 0, row: row), width: canvas.size.columns,
          style: look[isSelected ? .selection : .popup])
      }
    }
  }
}

extension Action {
  static let sortMenu = Action(
    "sortMenu", .table, [.typed("s"), .function(6)], "choose the column to sort by", hint: "sort")
  static let sortPrevious = Action(
    "sortPrevious", .table, [.key(.left)], "sort by the column to the left")
  static let sortNext = Action(
    "sortNext", .table, [.key(.right)], "sort by the column to the right")
  static let reverse = Action(
    "reverse", .table, [.typed("i"), .typed("I")], "sort the other way", hint: "reverse")

  /// What can be done with a table.
  static let table: [Action] = [
    sortMenu, sortPrevious, sortNext, reverse,
  ]
}
