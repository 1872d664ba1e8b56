import AsyncTopInsight
import AsyncTopTerminal

extension DashboardModel {
  /// Walks the tree anew, if it is stale, and keeps the selection with its row.
  mutating func refreshTree(_ insight: Insight) {
    if tree.isStale {
      let state = tree
      tree.rows = TreeRows(insight, tree.order, filter: filter) {
        state.isFolded($0, childCount: $1)
      }
      tree.isStale = false
    }
    tree.selection.update(treeRows(insight), visibleRows: visibleRows)
  }

  func treeRows(_ insight: Insight) -> RowSource {
    let rows = tree.rows
    return RowSource(count: rows.rows.count) {
      insight.entity(at: rows.rows[$0].node, in: rows.order)
    }
  }

  private var selectedRow: TreeRows.Row? {
    tree.rows.rows.indices.contains(tree.selection.index)
      ? tree.rows.rows[tree.selection.index] : nil
  }

  /// Hides what is below the selected row; if nothing is shown there, goes to its owner.
  mutating func fold() {
    guard let insight, let row = selectedRow else { return }
    if row.hasChildren, !row.isFolded {
      tree.toggle(insight.entity(at: row.node, in: tree.rows.order))
    } else if let owner = insight.tree(tree.rows.order).owner(of: row.node),
      let line = tree.rows.row(ofNode: owner)
    {
      select(near: line) { $0.move(by: line - $0.index, in: $1) }
    }
  }

  /// Shows what is below the selected row; if it is shown, goes there.
  mutating func unfold() {
    guard let insight, let row = selectedRow, row.hasChildren else { return }
    if row.isFolded {
      tree.toggle(insight.entity(at: row.node, in: tree.rows.order))
    } else {
      move(.down)
    }
  }

  /// A click on the sign of a row folds or unfolds it.
  mutating func clickSign(line: Int, column: Int) -> Bool {
    let number = tree.selection.top + line
    guard let insight, tree.rows.rows.indices.contains(number) else { return false }
    let row = tree.rows.rows[number]
    let width = Canvas.listColumns(in: layout.tableRows, count: tree.rows.rows.count)
    guard row.hasChildren, filter.isEmpty,
      TreeView.signColumns(of: row, width: width, in: insight).contains(column)
    else { return false }
    tree.toggle(insight.entity(at: row.node, in: tree.rows.order))
    return true
  }
}
