import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal

/// The table of tasks.
struct TasksView {
  let insight: Insight
  let look: Look

  /// Draws the titles on the first row and the tasks below.
  func draw(
    _ table: TableState<TaskColumn>, titles: Rect, rows: Rect, on canvas: inout Canvas
  ) {
    let width = Canvas.listColumns(in: rows, count: table.order.count)
    let layout = TableLayout(TaskColumn.columns(width: width, in: insight), width: width)
    canvas.inside(titles) { canvas in
      canvas.tableHeader(
        layout, row: 0, style: look[.columnTitle],
        sorted: (id: table.column, descending: table.isDescending),
        sortedStyle: look[.columnTitleSorted])
    }
    canvas.inside(rows) { canvas in
      let selection = table.selection
      for line in 0..<min(canvas.size.rows, max(0, table.order.count - selection.top)) {
        let task = insight.snapshot.tasks[table.order[selection.top + line]]
        canvas.tableRow(layout, row: line, style: look[.text]) {
          $0 == .state && layout.placed.first?.width == 1
            ? ("\(look.sign(task))", look[look.stateRole(task)])
            : $0 == .at ? place(of: task) : cell($0, of: task)
        }
        if selection.top + line == selection.index { canvas.select(row: line, look) }
      }
      canvas.scrollbar(
        of: selection, count: table.order.count, look)
    }
  }

  /// Where a task is; dim, if that is not known, where it was created.
  func place(of task: TaskRecord) -> (text: String, style: Style) {
    let at = cell(.at, of: task)
    return at.text.isEmpty ? (insight.siteLabel(task.site), look[.dim]) : at
  }

  /// What stands in a column of a task's row.
  func cell(_ column: TaskColumn, of task: TaskRecord) -> (text: String, style: Style) {
    let now = insight.snapshot.now
    if !insight.isMeasured(task) && column.isMeasured { return ("", look[.dim]) }
    func duration(_ ticks: UInt64) -> (String, Style) {
      let text = CompactText.duration(insight.nanoseconds(ticks))
      return (text, ticks == 0 ? look[.dim] : look[.text])
    }
    switch column {
    case .state: return (look.stateText(task), look[look.stateRole(task)])
    case .id: return ("\(task.id)", look[.identifier])
    case .name: return (insight.displayName(of: task), look[.text])
    case .age: return duration(task.age(at: now))
    case .busy: return duration(task.busy(at: now))
    case .scheduled: return duration(task.scheduled(at: now))
    case .idle: return duration(task.idle(at: now))
    case .polls: return (CompactText.count(task.polls), look[task.polls == 0 ? .dim : .text])
    case .waitsFor:
      guard let wait = insight.wait(of: task) else { return ("", look[.dim]) }
      let role: ThemeRole = insight.isDeadlocked(task) ? .error : Look.role(wait.kind)
      return (wait.text, look[role])
    case .since: return duration(task.sinceChange(at: now))
    case .at:
      let isUsers = insight.at(task)?.origin == .user && task.state != .running
      return (insight.atLabel(task), look[isUsers ? .site : .dim])
    case .site: return (insight.siteLabel(task.site), look[.site])
    }
  }
}
