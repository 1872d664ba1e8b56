/// Which row of a list is selected, and which rows are on the screen.
///
/// The selection is an identity, not a line number: when the order changes under it, it stays with
/// its item, and the item stays on its line of the screen as long as the list allows it. When the
/// item vanishes, the one that took its place is selected. Until the user has moved, and after
/// ``moveToStart(in:)``, the first row is selected whatever it is, so that a list sorted by what is
/// busiest doesn't scroll away by itself.
///
/// A view keeps one of these, gives it the rows it is about to draw (``update(_:visibleRows:)``),
/// and moves it in the rows that are on the screen.
public struct ListSelection<ID: Hashable & Sendable>: Sendable {
  /// The selected item; nil if the list is empty.
  public private(set) var selected: ID?
  /// The line number of the selected item in the whole list.
  public private(set) var index = 0
  /// The line number of the first row on the screen.
  public private(set) var top = 0
  /// How many rows the screen has for the list.
  public private(set) var visibleRows = 0
  /// True while the first row is selected, whatever it is.
  public private(set) var isAtStart = true

  /// Makes a selection that takes the first row there is.
  public init() {}

  /// Follows a change of the list or of the screen; to be called before each drawing.
  ///
  /// Costs as much as the selected item has moved; if it has vanished, one walk of the list.
  ///
  /// - Parameters:
  ///   - rows: The items in the order they are drawn.
  ///   - visibleRows: The rows the screen has for them.
  @inlinable
  public mutating func update(
    _ rows: some RandomAccessCollection<ID>, visibleRows: Int
  ) {
    if isAtStart {
      place(at: 0, line: 0, rows, visibleRows: visibleRows, isAtStart: true)
      return
    }
    let line = index - top
    let found = selected.flatMap { rows.offset(of: $0, near: index) }
    place(at: found ?? index, line: line, rows, visibleRows: visibleRows)
  }

  /// Selects an item, and brings it onto the screen.
  ///
  /// - Returns: False if it isn't in the list; then nothing changes.
  @discardableResult @inlinable
  public mutating func select(_ item: ID, in rows: some RandomAccessCollection<ID>) -> Bool {
    guard let found = rows.offset(of: item, near: index) else { return false }
    place(at: found, line: found - top, rows, visibleRows: visibleRows)
    return true
  }

  /// Moves by rows, down or (negative) up, and stops at the ends; a page is ``visibleRows``.
  @inlinable
  public mutating func move(by count: Int, in rows: some RandomAccessCollection<ID>) {
    let target = clamped(index + count, to: rows.count - 1)
    place(at: target, line: target - top, rows, visibleRows: visibleRows)
  }

  /// Goes to the first row.
  @inlinable
  public mutating func moveToStart(in rows: some RandomAccessCollection<ID>) {
    place(at: 0, line: 0, rows, visibleRows: visibleRows, isAtStart: true)
  }

  /// Goes to the last row.
  @inlinable
  public mutating func moveToEnd(in rows: some RandomAccessCollection<ID>) {
    place(at: rows.count - 1, line: visibleRows - 1, rows, visibleRows: visibleRows)
  }

  /// Selects what is on a line of the screen, counted from the first visible row; for clicks.
  ///
  /// - Returns: False if there is nothing on that line.
  @discardableResult @inlinable
  public mutating func select(line: Int, in rows: some RandomAccessCollection<ID>) -> Bool {
    guard line >= 0, line < visibleRows, top + line < rows.count else { return false }
    place(at: top + line, line: line, rows, visibleRows: visibleRows)
    return true
  }

  /// Moves the screen over the list, for the wheel; the selection stays unless it would leave.
  @inlinable
  public mutating func scroll(by count: Int, in rows: some RandomAccessCollection<ID>) {
    let newTop = clamped(top + count, to: rows.count - visibleRows)
    let target = min(max(index, newTop), newTop + max(0, visibleRows - 1))
    place(at: target, line: target - newTop, rows, visibleRows: visibleRows)
  }

  /// Selects a row and puts it on a line of the screen, both as near as the list allows.
  @usableFromInline
  mutating func place(
    at wanted: Int, line: Int, _ rows: some RandomAccessCollection<ID>, visibleRows: Int,
    isAtStart: Bool = false
  ) {
    self.isAtStart = isAtStart
    self.visibleRows = max(0, visibleRows)
    index = clamped(wanted, to: rows.count - 1)
    let line = clamped(line, to: self.visibleRows - 1)
    top = clamped(index - line, to: rows.count - self.visibleRows)
    selected = rows.isEmpty ? nil : rows[rows.index(rows.startIndex, offsetBy: index)]
  }

  @usableFromInline
  func clamped(_ value: Int, to upper: Int) -> Int {
    max(0, min(value, upper))
  }
}

extension RandomAccessCollection where Element: Equatable {
  /// Finds an element by looking further and further away from where it was.
  ///
  /// - Parameters:
  ///   - element: What is looked for.
  ///   - guess: The offset where it was the last time; may be out of bounds.
  /// - Returns: Its offset from the start.
  @inlinable
  func offset(of element: Element, near guess: Int) -> Int? {
    let count = self.count
    var below = Swift.min(Swift.max(guess, 0), count) - 1
    var above = below + 1
    while below >= 0 || above < count {
      if above < count {
        if self[index(startIndex, offsetBy: above)] == element { return above }
        above += 1
      }
      if below >= 0 {
        if self[index(startIndex, offsetBy: below)] == element { return below }
        below -= 1
      }
    }
    return nil
  }
}
