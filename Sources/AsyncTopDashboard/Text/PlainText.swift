import AsyncTopBus
public import AsyncTopInsight
import AsyncTopTerminal

/// A session as lines of text, for pipes and files: full width, no colours.
public enum PlainText {
  /// The tasks, one to a line.
  public static func tasks(
    _ insight: Insight, _ options: ListOptions = ListOptions()
  ) -> [String] {
    var table = TextTable(
      TaskColumn.allCases.map { ($0.title, $0.isNumber ? .right : .left) })
    let cells = TasksView(insight: insight, look: .standard)
    let order = options.tasks(insight)
    for position in 0..<order.count {
      let task = insight.snapshot.tasks[order[position]]
      table.add(
        TaskColumn.allCases.map { column in
          column == .state ? task.stateWords : cells.cell(column, of: task).text
        })
    }
    return table.lines
  }

  /// The timers, one to a line.
  public static func timers(
    _ insight: Insight, _ options: ListOptions = ListOptions()
  ) -> [String] {
    let columns: [TimerColumn] = [.left, .kind, .owner, .site, .id]
    var table = TextTable(
      columns.map { ($0.title, $0 == .left || $0 == .id ? .right : .left) })
    let cells = TimersView(insight: insight, look: .standard)
    let order = options.timers(insight)
    for position in 0..<order.count {
      let timer = insight.snapshot.timers[order[position]]
      table.add(columns.map { cells.cell($0, of: timer).text })
    }
    return table.lines
  }
}

extension TaskColumn {
  /// Whether it takes a probe to know what stands in it.
  var isMeasured: Bool { isNumber && self != .id }

  /// Whether it holds numbers.
  var isNumber: Bool {
    switch self {
    case .id, .age, .busy, .scheduled, .idle, .polls, .since: true
    case .state, .name, .waitsFor, .at, .site: false
    }
  }
}

extension TaskRecord {
  /// The state, and whether it was cancelled, in words.
  var stateWords: String {
    flags.contains(.cancelled) ? "\(state.word), cancelled" : state.word
  }
}
