import AsyncTopInsight
import AsyncTopTerminal

extension TaskColumn {
  /// What stands above it.
  var title: String {
    switch self {
    case .state: "STATE"
    case .id: "ID"
    case .name: "NAME"
    case .age: "AGE"
    case .busy: "BUSY"
    case .scheduled: "SCHED"
    case .idle: "IDLE"
    case .polls: "POLLS"
    case .waitsFor: "WAITS FOR"
    case .since: "SINCE"
    case .at: "AT"
    case .site: "SITE"
    }
  }

  /// Whether one wants to see the most first.
  var startsDescending: Bool {
    switch self {
    case .age, .busy, .scheduled, .idle, .polls, .since, .state: true
    case .id, .name, .waitsFor, .at, .site: false
    }
  }

  /// The columns of a table of some width.
  ///
  /// Where there isn't room, they go in this order: site, scheduled, idle, age, polls, id, busy,
  /// since, at, waits for, state; the name stays. Below 70 columns the place goes after the polls
  /// and the id after since; below 60 the state is only its sign.
  ///
  /// - Parameters:
  ///   - width: The table's.
  ///   - insight: Whose tasks; the longest id is shown whole or not at all.
  /// - Returns: The columns, all of them but those in which nothing could be.
  static func columns(width: Int, in insight: Insight) -> [TableColumn<TaskColumn>] {
    let all = columns(width: width, ids: insight.taskIDColumns)
    return insight.isScanned ? all.filter { !$0.id.isMeasured && $0.id != .site } : all
  }

  private static func columns(width: Int, ids: Int) -> [TableColumn<TaskColumn>] {
    func number(_ column: TaskColumn, _ width: Int, _ priority: Int) -> TableColumn<TaskColumn> {
      TableColumn(
        column, title: column.title, width: .fixed(width), alignment: .right, priority: priority)
    }
    let site = SiteRoom(width: width)
    let isNarrow = site.columns == nil
    return [
      TableColumn(
        .state, title: width < 60 ? "" : TaskColumn.state.title, width: .fixed(width < 60 ? 1 : 11),
        priority: 9),
      number(.id, ids, isNarrow ? 7 : 4),
      TableColumn(
        .name, title: TaskColumn.name.title,
        width: .flexible(min: width < 90 ? 10 : 16, max: 36), priority: 10),
      number(.age, 6, 2), number(.busy, 6, 5), number(.scheduled, 6, 0), number(.idle, 6, 1),
      number(.polls, 5, 3),
      TableColumn(
        .waitsFor, title: TaskColumn.waitsFor.title,
        width: .flexible(min: isNarrow ? 14 : width < 110 ? 16 : 28, max: 60), priority: 8),
      number(.since, 6, 6),
      TableColumn(
        .at, title: TaskColumn.at.title,
        width: .flexible(min: site.columns ?? 16, max: 60), truncation: .afterFirstWord,
        priority: isNarrow ? 4 : 7),
      TableColumn(
        .site, title: TaskColumn.site.title, width: .flexible(min: site.columns ?? 16, max: 44),
        truncation: .start, priority: -1),
    ]
  }
}
