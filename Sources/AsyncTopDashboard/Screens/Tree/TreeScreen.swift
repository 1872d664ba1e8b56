import AsyncTopInsight
import AsyncTopTerminal

/// The tree of tasks and groups, by who owns whom or by who waits for whom.
struct TreeScreen: Screen {
  /// What holds for everything that was not folded or unfolded by itself.
  private enum Rule: Hashable {
    /// What has many children is folded.
    case automatic
    /// Nothing is folded.
    case unfolded
    /// Everything is folded.
    case folded
  }

  /// A node with more children than this is folded until the user unfolds it.
  private static let manyChildren = 500

  private var list = TreeList(.owners)
  private var rule = Rule.automatic
  /// What is folded though the rule says it isn't, or the other way round.
  private var exceptions: Set<EntityID> = []
  private var selection = ListSelection<EntityID>()
  private var rows = TreeRows()
  /// Whether the rows are those of another snapshot, filter or folding.
  private var isStale = true

  let id = ScreenID("tree")
  let title = "Tree"
  let tab: Action? = Action(
    "showTree", .everywhere, [.typed("t"), .function(5)], "show the tree", hint: "tree")
  let actions: [Action] = [.fold, .unfold, .toggleWaits, .unfoldAll]
  let scopes: Set<ActionScope> = [.list, .tree]
  var subject: EntityID? { selection.selected }

  func rowCount(_ context: ScreenContext) -> RowCount? { (rows.rows.count, rows.rows.count) }

  mutating func invalidate() { isStale = true }

  mutating func refresh(_ context: ScreenContext) {
    if isStale {
      rows = TreeRows(context.insight, list.order, filter: context.filter, isFolded: isFolded)
      isStale = false
    }
    selection.update(entities(context), visibleRows: context.layout.tableRows.rows)
  }

  private func entities(_ context: ScreenContext) -> RowSource {
    let (rows, insight) = (rows, context.insight)
    return RowSource(count: rows.rows.count) {
      insight.entity(at: rows.rows[$0].node, in: rows.order)
    }
  }

  mutating func perform(_ action: Action, _ context: ScreenContext) -> ScreenRequest? {
    switch action {
    case .details: return selection.selected.map { .open($0) }
    case .fold: fold(context)
    case .unfold: unfold(context)
    case .unfoldAll: toggleAll()
    case .toggleWaits:
      list = TreeList(list.order == .owners ? .waits : .owners)
      isStale = true
    default: selection.move(action, in: entities(context))
    }
    return nil
  }

  mutating func scroll(by count: Int, _ context: ScreenContext) {
    selection.scroll(by: count, in: entities(context))
  }

  mutating func click(_ point: Point, _ context: ScreenContext) -> ScreenRequest? {
    if let row = row(at: point, context),
      row.hasChildren, context.filter.isEmpty, signColumns(of: row, context).contains(point.column)
    {
      toggle(context.insight.entity(at: row.node, in: rows.order))
      return nil
    }
    return selection.click(point, in: entities(context), context)
  }

  private func row(at point: Point, _ context: ScreenContext) -> TreeRows.Row? {
    let part = context.layout.tableRows
    let number = selection.top + point.row - part.top
    return part.contains(point) && rows.rows.indices.contains(number) ? rows.rows[number] : nil
  }
}

extension TreeScreen {
  private func isFolded(_ entity: EntityID, childCount: Int) -> Bool {
    let byRule =
      switch rule {
      case .automatic: childCount > TreeScreen.manyChildren
      case .unfolded: false
      case .folded: true
      }
    return byRule != exceptions.contains(entity)
  }

  /// Folds what is unfolded, or the other way round.
  private mutating func toggle(_ entity: EntityID) {
    if exceptions.remove(entity) == nil { exceptions.insert(entity) }
    isStale = true
  }

  /// Shows everything if anything is folded, else only the roots.
  private mutating func toggleAll() {
    rule = rows.rows.contains(where: \.isFolded) ? .unfolded : .folded
    exceptions = []
    isStale = true
  }

  private var selectedRow: TreeRows.Row? {
    rows.rows.indices.contains(selection.index) ? rows.rows[selection.index] : nil
  }

  /// Hides what is below the selected row; if nothing is shown there, goes to its owner.
  private mutating func fold(_ context: ScreenContext) {
    guard let row = selectedRow else { return }
    if row.hasChildren, !row.isFolded {
      toggle(context.insight.entity(at: row.node, in: rows.order))
    } else if let owner = context.insight.tree(rows.order).owner(of: row.node),
      let line = rows.row(ofNode: owner)
    {
      selection.move(by: line - selection.index, in: entities(context))
    }
  }

  /// Shows what is below the selected row; if it is shown, goes there.
  private mutating func unfold(_ context: ScreenContext) {
    guard let row = selectedRow, row.hasChildren else { return }
    if row.isFolded {
      toggle(context.insight.entity(at: row.node, in: rows.order))
    } else {
      selection.move(by: 1, in: entities(context))
    }
  }
}

extension TreeScreen {
  func draw(_ context: ScreenContext, on canvas: inout Canvas) {
    context.draw(emptiness: TaskList.emptiness(of: context.insight), on: &canvas)
    let drawing = ListDrawing(list.columns, count: rows.rows.count, context)
    drawing.drawTitles(nil, on: &canvas)
    let place = drawing.layout.placed.first { $0.column.id == 0 }
    drawing.drawRows(
      selection, count: rows.rows.count, on: &canvas, row: { rows.rows[$0].node },
      finish: { number, line, canvas in
        let row = rows.rows[number]
        if let place {
          let cell = Rect(column: place.offset, row: line, columns: place.width, rows: 1)
          canvas.inside(cell) { drawNode(row, context, on: &$0) }
        }
        if !row.isMatch {
          let dim = context.look[.dim]
          canvas.restyle(Rect(column: 0, row: line, columns: canvas.size.columns, rows: 1)) { _ in
            dim
          }
        }
      })
  }

  private func drawNode(_ row: TreeRows.Row, _ context: ScreenContext, on canvas: inout Canvas) {
    let look = context.look
    let lines = TreeLines.text(
      row, in: rows, tree: context.insight.tree(rows.order),
      levels: TreeLines.levels(width: canvas.size.columns), glyphs: canvas.glyphs)
    var column = canvas.write(lines, at: .zero, style: look[.treeLine])
    let sign: Glyph =
      row.hasChildren ? row.isFolded ? canvas.glyphs.folded : canvas.glyphs.unfolded : .space
    canvas.put(sign, at: Point(column: column, row: 0), style: look[.treeLine])
    column += 2
    let title = context.insight.title(at: row.node, in: rows.order)
    canvas.write(
      title.text, at: Point(column: column, row: 0), width: canvas.size.columns - column,
      style: look[title.role])
  }

  /// Where the sign of a row is, that folds and unfolds it.
  private func signColumns(of row: TreeRows.Row, _ context: ScreenContext) -> Range<Int> {
    let drawing = ListDrawing(list.columns, count: rows.rows.count, context)
    guard let place = drawing.layout.placed.first(where: { $0.column.id == 0 }) else {
      return 0..<0
    }
    let levels = TreeLines.levels(width: place.width)
    let start = place.offset + min(row.depth, levels) * 3 + (row.depth > levels ? 1 : 0)
    return max(0, start - 1)..<start + 2
  }
}

/// The lines in front of a node: `│  ├─ `.
enum TreeLines {
  /// The most levels that are drawn; what is deeper is drawn as if it were this deep, after an
  /// ellipsis.
  static let limit = 24

  /// The lines of a row, three columns for each of at most so many levels.
  static func text(
    _ row: TreeRows.Row, in rows: TreeRows, tree: TaskTree, levels: Int, glyphs: GlyphSet
  ) -> String {
    guard row.depth > 0, levels > 0 else { return row.depth > 0 ? "\(glyphs.ellipsis)" : "" }
    let last = row.isLast ? glyphs.lastBranch : glyphs.branch
    if row.depth == 1 { return last }
    var parts = [last]
    var node = tree.owner(of: row.node)
    while parts.count < min(row.depth, levels), let above = node, let line = rows.row(ofNode: above)
    {
      parts.append(rows.rows[line].isLast ? "   " : glyphs.trunk)
      node = tree.owner(of: above)
    }
    if row.depth > levels { parts.append("\(glyphs.ellipsis)") }
    return parts.reversed().joined()
  }

  /// The levels there is room for in a column of some width: half of it.
  static func levels(width: Int) -> Int { min(limit, width / 6) }
}

extension ActionScope {
  static let tree = ActionScope.screen("In the tree")
}

extension Action {
  static let fold = Action(
    "fold", .tree, [.key(.left), .typed("-")], "hide what is below; then, to the owner",
    hint: "fold")
  static let unfold = Action(
    "unfold", .tree, [.key(.right), .typed("+")], "show what is below", hint: "unfold")
  static let toggleWaits = Action(
    "toggleWaits", .tree, [.typed("b")], "show who blocks whom, or who owns whom",
    hint: "who blocks")
  static let unfoldAll = Action(
    "unfoldAll", .tree, [.typed("*")], "show everything, or only the roots")
}
