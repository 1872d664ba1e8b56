import AsyncTopInsight
import AsyncTopTerminal

/// What a table remembers: how it is sorted, and which row is selected.
struct TableState<Column: Hashable & Sendable>: Sendable {
  var column: Column
  var isDescending: Bool
  var selection = ListSelection<EntityID>()
  private(set) var order = LazyOrder()
  /// Whether the order is that of another snapshot, filter or column.
  var isStale = true

  init(_ column: Column, isDescending: Bool = false) {
    self.column = column
    self.isDescending = isDescending
  }

  /// Takes a new order, and brings the selected row and those around it to their places.
  ///
  /// - Parameters:
  ///   - order: The order.
  ///   - row: The row of something in the snapshot, as the order counts them.
  ///   - visibleRows: The rows there is room for.
  mutating func take(
    _ order: LazyOrder, row: (EntityID) -> Int?, visibleRows: Int
  ) {
    self.order = order
    isStale = false
    guard !selection.isAtStart else { return settle(around: 0, visibleRows: visibleRows) }
    let position = selection.selected.flatMap(row).flatMap { self.order.position(of: $0) }
    settle(around: position ?? selection.index, visibleRows: visibleRows)
  }

  /// Sorts what can be seen when the selection is at a position.
  mutating func settle(around position: Int, visibleRows: Int) {
    let center = min(max(0, position), order.count)
    let reach = visibleRows + 8
    order.settle(center - reach..<center + reach)
  }

  /// Sorts by another column.
  mutating func sort(by column: Column, isDescending: Bool) {
    self.column = column
    self.isDescending = isDescending
    isStale = true
  }
}
