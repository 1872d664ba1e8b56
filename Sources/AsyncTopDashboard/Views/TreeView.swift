import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal

/// The tree of tasks and groups.
struct TreeView {
  let insight: Insight
  let look: Look

  /// Draws the titles on the first row and the nodes below.
  func draw(_ state: TreeState, titles: Rect, rows: Rect, on canvas: inout Canvas) {
    let width = Canvas.listColumns(in: rows, count: state.rows.rows.count)
    let layout = TableLayout(
      TreeColumn.columns(
        width: width, ids: insight.taskIDColumns, order: state.rows.order,
        isScanned: insight.isScanned), width: width)
    canvas.inside(titles) { $0.tableHeader(layout, row: 0, style: look[.columnTitle]) }
    canvas.inside(rows) { canvas in
      let selection = state.selection
      for line in 0..<min(canvas.size.rows, max(0, state.rows.rows.count - selection.top)) {
        let row = state.rows.rows[selection.top + line]
        let text = TreeNodeText(insight, state.rows.order, node: row.node, look: look)
        canvas.tableRow(layout, row: line, style: look[.text]) { column in
          column == .node ? ("", look[.text]) : text.cell(column, isNarrow: width < 60)
        }
        if let place = layout.placed.first(where: { $0.column.id == .node }) {
          let cell = Rect(column: place.offset, row: line, columns: place.width, rows: 1)
          canvas.inside(cell) { drawNode(row, text, state.rows, on: &$0) }
        }
        if !row.isMatch {
          let dim = look[.dim]
          canvas.restyle(Rect(column: 0, row: line, columns: rows.columns, rows: 1)) { _ in dim }
        }
        if selection.top + line == selection.index { canvas.select(row: line, look) }
      }
      canvas.scrollbar(of: selection, count: state.rows.rows.count, look)
    }
  }

  private func drawNode(
    _ row: TreeRows.Row, _ text: TreeNodeText, _ rows: TreeRows, on canvas: inout Canvas
  ) {
    let levels = TreeLines.levels(width: canvas.size.columns)
    let lines = TreeLines.text(
      row, in: rows, tree: insight.tree(rows.order), levels: levels, glyphs: canvas.glyphs)
    var column = canvas.write(lines, at: .zero, style: look[.treeLine])
    let sign: Glyph =
      row.hasChildren ? row.isFolded ? canvas.glyphs.folded : canvas.glyphs.unfolded : .space
    canvas.put(sign, at: Point(column: column, row: 0), style: look[.treeLine])
    column += 2
    canvas.write(
      text.title, at: Point(column: column, row: 0), width: canvas.size.columns - column,
      style: text.titleStyle)
  }

  /// Where the sign of a row is, that folds and unfolds it.
  static func signColumns(of row: TreeRows.Row, width: Int, in insight: Insight) -> Range<Int> {
    let layout = TableLayout(
      TreeColumn.columns(width: width, ids: insight.taskIDColumns, isScanned: insight.isScanned),
      width: width)
    guard let place = layout.placed.first(where: { $0.column.id == .node }) else { return 0..<0 }
    let levels = TreeLines.levels(width: place.width)
    let start = place.offset + min(row.depth, levels) * 3 + (row.depth > levels ? 1 : 0)
    return max(0, start - 1)..<start + 2
  }
}
