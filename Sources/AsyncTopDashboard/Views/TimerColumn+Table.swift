import AsyncTopInsight
import AsyncTopTerminal

extension TimerColumn {
  /// What stands above it.
  var title: String {
    switch self {
    case .id: "ID"
    case .left: "LEFT"
    case .kind: "KIND"
    case .owner: "OWNER"
    case .site: "SITE"
    }
  }

  /// The columns of a table of some width; where there isn't room, the id goes first, then the
  /// kind, the site and the owner.
  ///
  /// - Parameters:
  ///   - width: The table's.
  ///   - ids: The columns that the longest id takes; it is shown whole or not at all.
  /// - Returns: The columns, all of them.
  static func columns(width: Int, ids: Int) -> [TableColumn<TimerColumn>] {
    let site = SiteRoom(width: width)
    let isNarrow = site.columns == nil
    return [
      TableColumn(
        .left, title: TimerColumn.left.title, width: .flexible(min: isNarrow ? 8 : 14, max: 30),
        priority: 10),
      TableColumn(.kind, title: TimerColumn.kind.title, width: .fixed(8), priority: 6),
      TableColumn(
        .owner, title: TimerColumn.owner.title, width: .flexible(min: isNarrow ? 10 : 20, max: 40),
        priority: 8),
      TableColumn(
        .site, title: TimerColumn.site.title, width: .flexible(min: site.columns ?? 12, max: 48),
        truncation: .start, priority: 7),
      TableColumn(
        .id, title: TimerColumn.id.title, width: .fixed(ids), alignment: .right, priority: 1),
    ]
  }
}
