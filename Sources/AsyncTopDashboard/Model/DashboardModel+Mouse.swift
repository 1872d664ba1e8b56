import AsyncTopInsight
import AsyncTopTerminal

extension DashboardModel {
  /// How many rows the wheel moves.
  private static let wheelRows = 3

  mutating func handle(_ mouse: MouseEvent) -> [Effect] {
    switch mouse.action {
    case .wheelUp: return wheel(by: -DashboardModel.wheelRows, at: mouse.position)
    case .wheelDown: return wheel(by: DashboardModel.wheelRows, at: mouse.position)
    case .press: return mouse.button == .left ? click(mouse.position) : []
    case .release: return []
    }
  }

  private mutating func wheel(by count: Int, at point: Point) -> [Effect] {
    switch overlay {
    case .help(let top): overlay = .help(top: max(0, top + count))
    case .sortMenu: break
    case nil where layout.program.contains(point): scrollOutput(by: count)
    case nil:
      if case .details = screen {
        moveDetails { $0.scroll(by: count, in: $1) }
      } else {
        select(near: selectedIndex + count) { $0.scroll(by: count, in: $1) }
      }
    }
    return []
  }

  /// A click beside what lies over the view closes it.
  private mutating func click(_ point: Point) -> [Effect] {
    if overlay != nil {
      overlay = nil
      return []
    }
    let layout = layout
    if layout.tabs.contains(point), let tab = tabs.screen(at: point.column) { return show(tab) }
    if layout.timeline.contains(point) { return clickTimeline(at: point.column) }
    if case .details = screen { return clickLine(point.row - layout.body.top) }
    if layout.columnTitles.contains(point), screen == .tasks || screen == .timers {
      let count = screen == .tasks ? tasks.order.count : timers.order.count
      let width = Canvas.listColumns(in: layout.tableRows, count: count)
      clickTitle(at: point.column, width: width)
    } else if layout.tableRows.contains(point) {
      if screen == .tree,
        clickSign(line: point.row - layout.tableRows.top, column: point.column)
      {
        return []
      }
      return clickRow(point.row - layout.tableRows.top)
    }
    return []
  }

  private mutating func clickTitle(at offset: Int, width: Int) {
    guard let insight else { return }
    switch screen {
    case .tasks:
      let layout = TableLayout(
        TaskColumn.columns(width: width, in: insight), width: width)
      if let column = layout.column(at: offset),
        let number = TaskColumn.allCases.firstIndex(of: column)
      {
        sort(byColumn: number)
      }
    case .timers:
      let layout = TableLayout(
        TimerColumn.columns(width: width, ids: insight.timerIDColumns), width: width)
      if let column = layout.column(at: offset),
        let number = TimerColumn.allCases.firstIndex(of: column)
      {
        sort(byColumn: number)
      }
    case .tree, .details: break
    }
  }

  /// A click on a row selects it, one on the selected row looks at it by itself.
  private mutating func clickRow(_ line: Int) -> [Effect] {
    let before = selected
    var isRow = false
    select(near: selectedIndex) { isRow = $0.select(line: line, in: $1) }
    return isRow && before != nil && before == selected ? perform(.details) : []
  }

  /// A click on a line that leads somewhere goes there.
  private mutating func clickLine(_ line: Int) -> [Effect] {
    var isLine = false
    moveDetails { isLine = $0.select(line: line, in: $1) }
    return isLine ? perform(.details) : []
  }
}
