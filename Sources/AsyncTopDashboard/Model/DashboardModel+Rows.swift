import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal

extension DashboardModel {
  /// The rows the view has room for.
  var visibleRows: Int { layout.tableRows.rows }

  /// What is selected in the view.
  var selected: EntityID? {
    switch screen {
    case .tasks: tasks.selection.selected
    case .timers: timers.selection.selected
    case .tree: tree.selection.selected
    case .details: nil
    }
  }

  /// Finds the rows of the view anew, if they are stale, and keeps the selection with its row.
  mutating func refreshRows() {
    guard let insight else { return }
    let visibleRows = visibleRows
    switch screen {
    case .tasks:
      if tasks.isStale {
        tasks.take(
          insight.order(tasksBy: tasks.column, descending: tasks.isDescending, filter: filter),
          row: { insight.row(ofTask: $0) }, visibleRows: visibleRows)
      }
      tasks.selection.update(taskRows(insight), visibleRows: visibleRows)
      tasks.settle(around: tasks.selection.index, visibleRows: visibleRows)
    case .timers:
      if timers.isStale {
        timers.take(
          insight.order(timersBy: timers.column, descending: timers.isDescending, filter: filter),
          row: { insight.row(ofTimer: $0) }, visibleRows: visibleRows)
      }
      timers.selection.update(timerRows(insight), visibleRows: visibleRows)
      timers.settle(around: timers.selection.index, visibleRows: visibleRows)
    case .tree: refreshTree(insight)
    case .details(let entity): refreshDetails(insight, of: entity)
    }
  }

  /// Changes the selection; `target` is about where it goes.
  mutating func select(
    near target: Int, _ change: (inout ListSelection<EntityID>, RowSource) -> Void
  ) {
    guard let insight else { return }
    refreshRows()
    switch screen {
    case .tasks:
      tasks.settle(around: target, visibleRows: visibleRows)
      change(&tasks.selection, taskRows(insight))
    case .timers:
      timers.settle(around: target, visibleRows: visibleRows)
      change(&timers.selection, timerRows(insight))
    case .tree: change(&tree.selection, treeRows(insight))
    case .details: break
    }
  }

  /// The line number of the selected row.
  var selectedIndex: Int {
    switch screen {
    case .tasks: tasks.selection.index
    case .timers: timers.selection.index
    case .tree: tree.selection.index
    case .details: 0
    }
  }

  private func taskRows(_ insight: Insight) -> RowSource {
    let order = tasks.order
    return RowSource(count: order.count) { .task(insight.snapshot.tasks[order[$0]].id) }
  }

  private func timerRows(_ insight: Insight) -> RowSource {
    let order = timers.order
    return RowSource(count: order.count) { .timer(insight.snapshot.timers[order[$0]].id) }
  }
}

extension Insight {
  fileprivate func row(ofTask entity: EntityID) -> Int? {
    guard case .task(let id) = entity else { return nil }
    return taskPosition(id)
  }

  fileprivate func row(ofTimer entity: EntityID) -> Int? {
    guard case .timer(let id) = entity else { return nil }
    return timerPosition(id)
  }
}
