import AsyncTopInsight
import AsyncTopTerminal

/// A screen that is the table of one list.
struct TableScreen<List: EntityList>: Screen {
  /// The columns, from left to right.
  private let columns: [Column<List.Row>]
  /// How it is sorted.
  private var order: SortOrder {
    didSet { isStale = true }
  }
  private var selection = ListSelection<EntityID>()
  /// The positions of the rows.
  private var positions = LazyOrder()
  /// Whether those are of another snapshot, filter or order.
  private var isStale = true
  /// What goes on with the search for the rows; nil if all were looked at.
  ///
  /// It holds the snapshot, so it is dropped before the next one is taken.
  private var rest: Rest?

  private struct Rest {
    var next: Int
    let isWanted: ((List.Row) -> Bool)?
    let key: (List.Row) -> UInt64
  }

  /// How many rows a search looks at in one go: some milliseconds.
  private static var stretch: Int { 1 << 14 }

  init() {
    columns = List.columns
    order = SortOrder(
      columns.map { SortOrder.Choice(title: $0.title, startsDescending: $0.startsDescending) },
      column: columns.firstIndex { $0.name == List.tableOrder.name } ?? 0)
  }

  let actions: [Action] = []
  let scopes: Set<ActionScope> = [.list, .table]
  var id: ScreenID { ScreenID("\(List.listName)") }
  var title: String { List.title }
  var tab: Action? { List.tab }
  var subject: EntityID? { selection.selected }
  var sorting: SortOrder? {
    get { order }
    set { if let newValue { order = newValue } }
  }

  func rowCount(_ context: ScreenContext) -> RowCount? {
    (positions.count, List.rows(of: context.insight).count)
  }

  var isSearching: Bool { rest != nil }

  mutating func invalidate() {
    isStale = true
    rest = nil
  }

  mutating func refresh(_ context: ScreenContext) {
    let visibleRows = context.layout.tableRows.rows
    if isStale {
      sort(context)
      if rest == nil { settleSelected(context) }
    }
    // What is selected may not have been found yet.
    if rest == nil || selection.isAtStart {
      settle(around: selection.isAtStart ? 0 : selection.index, visibleRows: visibleRows)
      selection.update(rows(context), visibleRows: visibleRows)
    }
    settle(around: selection.index, visibleRows: visibleRows)
  }

  mutating func search(_ context: ScreenContext) {
    guard rest != nil else { return }
    look(context, atMost: Self.stretch)
    if rest == nil { settleSelected(context) }
  }

  /// Begins to order the rows anew: all of them at once, or the first of those that are searched.
  private mutating func sort(_ context: ScreenContext) {
    let insight = context.insight
    positions = LazyOrder()
    rest = Rest(
      next: 0, isWanted: context.filter.isEmpty ? nil : List.matcher(context.filter, insight),
      key: columns[order.column].key(insight))
    isStale = false
    look(context, atMost: context.filter.isEmpty ? .max : Self.stretch)
  }

  private mutating func look(_ context: ScreenContext, atMost count: Int) {
    guard let rest else { return }
    let rows = List.rows(of: context.insight)
    let end = rest.next + min(count, rows.count - rest.next)
    positions.append(
      rows, in: rest.next..<end, descending: order.isDescending, where: rest.isWanted,
      key: rest.key)
    self.rest?.next = end
    if end == rows.count { self.rest = nil }
  }

  /// Brings the selected row and those around it to their places.
  private mutating func settleSelected(_ context: ScreenContext) {
    guard !selection.isAtStart else { return }
    let position = selection.selected.flatMap { List.position(of: $0, in: context.insight) }
      .flatMap { positions.position(of: $0) }
    settle(around: position ?? selection.index, visibleRows: context.layout.tableRows.rows)
  }

  /// Sorts what can be seen when the selection is at a position.
  private mutating func settle(around position: Int, visibleRows: Int) {
    let center = min(max(0, position), positions.count)
    let reach = visibleRows + 8
    positions.settle(center - reach..<center + reach)
  }

  private func rows(_ context: ScreenContext) -> RowSource {
    let (rows, positions) = (List.rows(of: context.insight), positions)
    return RowSource(count: positions.count) { List.entity(of: rows[positions[$0]]) }
  }

  mutating func perform(_ action: Action, _ context: ScreenContext) -> ScreenRequest? {
    if action == .details { return selection.selected.map { .open($0) } }
    guard let destination = selection.destination(of: action) else { return nil }
    settle(around: destination, visibleRows: selection.visibleRows)
    selection.move(action, in: rows(context))
    return nil
  }

  mutating func scroll(by count: Int, _ context: ScreenContext) {
    settle(around: selection.index + count, visibleRows: selection.visibleRows)
    selection.scroll(by: count, in: rows(context))
  }

  mutating func click(_ point: Point, _ context: ScreenContext) -> ScreenRequest? {
    if context.layout.columnTitles.contains(point) {
      let drawing = ListDrawing(columns, count: positions.count, context)
      if let column = drawing.layout.column(at: point.column) { order.sort(by: column) }
      return nil
    }
    return selection.click(point, in: rows(context), context)
  }

  func draw(_ context: ScreenContext, on canvas: inout Canvas) {
    context.draw(emptiness: List.emptiness(of: context.insight), on: &canvas)
    let rows = List.rows(of: context.insight)
    let drawing = ListDrawing(columns, count: positions.count, context)
    drawing.drawTitles(order, on: &canvas)
    drawing.drawRows(
      selection, count: positions.count, on: &canvas, row: { rows[positions[$0]] })
  }
}

/// The rows of a list in the order they are drawn, by what stands in them.
struct RowSource: RandomAccessCollection {
  let count: Int
  private let id: (Int) -> EntityID

  init(count: Int, id: @escaping (Int) -> EntityID) {
    self.count = count
    self.id = id
  }

  var startIndex: Int { 0 }
  var endIndex: Int { count }
  subscript(position: Int) -> EntityID { id(position) }
}

extension ListSelection {
  /// About where a key leads; nil if it is none for moving among rows.
  func destination(of action: Action) -> Int? {
    switch action {
    case .up: index - 1
    case .down: index + 1
    case .pageUp: index - page
    case .pageDown: index + page
    case .first: 0
    case .last: .max / 2
    default: nil
    }
  }

  /// Does what a key for moving among rows asks for.
  mutating func move(_ action: Action, in rows: some RandomAccessCollection<ID>) {
    switch action {
    case .up: move(by: -1, in: rows)
    case .down: move(by: 1, in: rows)
    case .pageUp: move(by: -page, in: rows)
    case .pageDown: move(by: page, in: rows)
    case .first: moveToStart(in: rows)
    case .last: moveToEnd(in: rows)
    default: break
    }
  }

  private var page: Int { Swift.max(1, visibleRows - 1) }
}

extension ListSelection<EntityID> {
  /// A click on a row selects it, one on the selected row looks at it by itself.
  mutating func click(
    _ point: Point, in rows: RowSource, _ context: ScreenContext
  ) -> ScreenRequest? {
    let part = context.layout.tableRows
    guard part.contains(point) else { return nil }
    let before = selected
    guard select(line: point.row - part.top, in: rows), let before, before == selected else {
      return nil
    }
    return .open(before)
  }
}
