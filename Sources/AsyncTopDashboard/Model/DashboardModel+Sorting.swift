import AsyncTopInsight

extension DashboardModel {
  /// The number of the column that the view is sorted by, among its titles.
  var sortColumn: Int {
    switch screen {
    case .tasks: TaskColumn.allCases.firstIndex(of: tasks.column) ?? 0
    case .timers: TimerColumn.allCases.firstIndex(of: timers.column) ?? 0
    case .tree, .details: 0
    }
  }

  mutating func openSortMenu() {
    if !sortTitles.isEmpty { overlay = .sortMenu(index: sortColumn) }
  }

  /// Sorts by a column, the other way if it is sorted by it already.
  mutating func sort(byColumn number: Int) {
    guard sortTitles.indices.contains(number) else { return }
    if number == sortColumn { return reverse() }
    if screen == .tasks {
      let column = TaskColumn.allCases[number]
      tasks.sort(by: column, isDescending: column.startsDescending)
    } else {
      timers.sort(by: TimerColumn.allCases[number], isDescending: false)
    }
  }

  mutating func reverse() {
    switch screen {
    case .tasks: tasks.sort(by: tasks.column, isDescending: !tasks.isDescending)
    case .timers: timers.sort(by: timers.column, isDescending: !timers.isDescending)
    case .tree, .details: break
    }
  }
}
