import AsyncTopInsight
import AsyncTopTerminal

/// Everything known of one thing.
struct DetailsScreen: Screen {
  /// The columns of the names.
  static let nameWidth = 15
  /// The columns of the text before a picture.
  static let textWidth = 20

  /// What it is about; nil before anything was looked at.
  private var entity: EntityID?
  private var selection = ListSelection<String>()
  private var lines: [DetailsLine] = []
  /// Whether the lines are those of another snapshot or thing.
  private var isStale = true

  let title = "Details"
  let scopes: Set<ActionScope> = []
  var id: ScreenID { ScreenID("details", of: entity) }
  var subject: EntityID? { entity }
  var followedTask: UInt64? {
    if case .task(let id) = entity { id } else { nil }
  }

  mutating func open(_ entity: EntityID) -> Bool {
    if self.entity != entity {
      self = DetailsScreen()
      self.entity = entity
    }
    return true
  }

  mutating func invalidate() { isStale = true }

  mutating func refresh(_ context: ScreenContext) {
    if isStale, let entity {
      var writer = DetailsLines(context.insight, look: context.look, polls: context.polls)
      lines = writer.write(entity)
      isStale = false
    }
    selection.update(lines.map(\.id), visibleRows: context.layout.body.rows)
  }

  mutating func perform(_ action: Action, _ context: ScreenContext) -> ScreenRequest? {
    if action == .details { return request }
    selection.move(action, in: lines.map(\.id))
    return nil
  }

  mutating func scroll(by count: Int, _ context: ScreenContext) {
    selection.scroll(by: count, in: lines.map(\.id))
  }

  /// A click on a line that leads somewhere goes there.
  mutating func click(_ point: Point, _ context: ScreenContext) -> ScreenRequest? {
    let line = point.row - context.layout.body.top
    return selection.select(line: line, in: lines.map(\.id)) ? request : nil
  }

  /// What the selected line leads to.
  private var request: ScreenRequest? {
    guard lines.indices.contains(selection.index) else { return nil }
    return lines[selection.index].target.map { .open($0) }
  }

  func draw(_ context: ScreenContext, on canvas: inout Canvas) {
    canvas.inside(context.layout.body) { canvas in
      let names = canvas.size.columns < 40 ? 9 : DetailsScreen.nameWidth
      let columns = Canvas.listColumns(in: canvas.area, count: lines.count)
      for row in 0..<min(canvas.size.rows, max(0, lines.count - selection.top)) {
        let line = lines[selection.top + row]
        canvas.inside(Rect(column: 0, row: row, columns: columns, rows: 1)) { canvas in
          line.draw(names: names, context.look, on: &canvas)
        }
        if selection.top + row == selection.index { canvas.select(row: row, context.look) }
      }
      canvas.scrollbar(first: selection.top, count: lines.count, context.look)
    }
  }
}

extension DetailsLine {
  /// Draws it on a row of its own.
  func draw(names: Int, _ look: Look, on canvas: inout Canvas) {
    if isTitle {
      canvas.write(name, at: .zero, width: canvas.size.columns, style: look[.title])
      return
    }
    canvas.write(
      name, at: Point(column: 1, row: 0), width: max(0, min(names, canvas.size.columns) - 2),
      style: look[.dim])
    let start = name.isEmpty ? 3 : names
    let sign = target == nil ? "" : "\(canvas.glyphs.folded) "
    canvas.write(
      sign + text, at: Point(column: start, row: 0),
      width: canvas.size.columns - start, style: look[role])
    let column = start + DetailsScreen.textWidth
    let width = min(60, canvas.size.columns - column - 1)
    if width >= 8 {
      canvas.draw(picture, at: Point(column: column, row: 0), width: width, look)
    }
  }
}
