package import AsyncTopBus
package import AsyncTopInsight

/// What a session has many of, as a list: of tasks, of timers.
///
/// One list is all that a table on the screen (``TableScreen``), a command that prints it and its
/// JSON need to know.
package protocol EntityList {
  /// What stands in a row.
  associatedtype Row
  /// Those that there are.
  associatedtype Rows: RecordTable<Row>

  /// Its name in JSON: `tasks`.
  static var listName: StaticString { get }
  /// What its table is called: `Tasks`.
  static var title: String { get }
  /// Shows its table.
  static var tab: Action { get }
  /// What is shown and printed, from left to right.
  static var columns: [Column<Row>] { get }
  /// What JSON has, in order; more than there are columns for.
  static var fields: [Column<Row>] { get }
  /// The column that the table is sorted by at first.
  static var tableOrder: Column<Row> { get }
  /// The column that what is printed is sorted by, if nobody says another.
  static var printedOrder: Column<Row> { get }

  /// The rows of a session, in no order.
  static func rows(of insight: Insight) -> Rows
  /// What a row is about.
  static func entity(of row: Row) -> EntityID
  /// The position of the row about something.
  static func position(of entity: EntityID, in insight: Insight) -> Int?
  /// Finds the rows that have a text.
  static func matcher(_ filter: TextFilter, _ insight: Insight) -> (Row) -> Bool
  /// Why there are no rows, if that needs words.
  static func emptiness(of insight: Insight) -> String?
}

extension EntityList {
  /// The names of all columns that it can be sorted by, shown or not.
  package static var orders: [String] {
    let names = columns.map(\.name)
    return names + fields.map(\.name).filter { !names.contains($0) }
  }

  /// The column with a name.
  static func column(_ name: String) -> Column<Row>? {
    columns.first { $0.name == name } ?? fields.first { $0.name == name }
  }

  /// The rows in the order of a column; positions of all rows.
  static func order(
    of insight: Insight, by column: Column<Row>, descending: Bool, filter: TextFilter
  ) -> LazyOrder {
    LazyOrder(
      rows(of: insight), descending: descending,
      where: filter.isEmpty ? nil : matcher(filter, insight), key: column.key(insight))
  }

  /// Walks the rows to print, in order.
  static func forEachRow(
    of insight: Insight, _ options: ListOptions, _ body: (Row) -> Void
  ) {
    let column = options.column.flatMap(column) ?? printedOrder
    var order = order(
      of: insight, by: column, descending: column.startsDescending != options.isReversed,
      filter: options.filter)
    order.settle(0..<order.count)
    let rows = rows(of: insight)
    for place in 0..<order.count { body(rows[order[place]]) }
  }
}

/// What is listed as text or JSON, and in which order.
package struct ListOptions: Hashable, Sendable {
  /// Leaves out what it doesn't find.
  package var filter: TextFilter
  /// The name of the column that is sorted by; the list's own if it has none of the name.
  package var column: String?
  /// Whether the usual order of the column is turned round.
  package var isReversed: Bool

  /// Makes options.
  package init(
    filter: TextFilter = TextFilter(), column: String? = nil, isReversed: Bool = false
  ) {
    self.filter = filter
    self.column = column
    self.isReversed = isReversed
  }
}
