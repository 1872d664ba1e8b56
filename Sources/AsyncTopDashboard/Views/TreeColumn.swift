import AsyncTopInsight
import AsyncTopTerminal

/// What is shown of a node of the tree.
enum TreeColumn: Hashable, Sendable {
  case node
  case id
  case state
  case relation
  case waitsFor
  case since
  case busy
  case at
  case site

  /// The columns of a tree of some width.
  ///
  /// Where there isn't room, they go in this order: site, relation, busy, id, since, at, waits for,
  /// state; below 70 columns the place before since. Below 60 the state is only its sign. From 110
  /// on there is room to say what a task waits for.
  ///
  /// - Parameters:
  ///   - width: The tree's.
  ///   - ids: The columns that the longest id takes; it is shown whole or not at all.
  ///   - order: What the tree shows.
  ///   - isScanned: Whether the process has no probe, so that some columns would be empty.
  /// - Returns: The columns, all of them.
  static func columns(
    width: Int, ids: Int, order: TaskTree.Order = .owners, isScanned: Bool = false
  ) -> [TableColumn<TreeColumn>] {
    let site = SiteRoom(width: width)
    let node = max(18, min(30, width / 2 - 19))
    let columns: [TableColumn<TreeColumn>] = [
      TableColumn(
        .node, title: order == .owners ? "TASK" : "WHO BLOCKS WHOM",
        width: .flexible(min: node, max: 60), priority: 10),
      TableColumn(.id, title: "ID", width: .fixed(ids), alignment: .right, priority: 3),
      TableColumn(
        .state, title: width < 60 ? "" : "STATE", width: .fixed(width < 60 ? 1 : 11), priority: 9),
      TableColumn(.relation, title: "KIND", width: .fixed(12), priority: 1),
      TableColumn(
        .waitsFor, title: "WAITS FOR",
        width: .flexible(min: site.columns == nil ? 16 : width < 110 ? 14 : 28, max: 60),
        priority: 8),
      TableColumn(.since, title: "SINCE", width: .fixed(6), alignment: .right, priority: 6),
      TableColumn(.busy, title: "BUSY", width: .fixed(6), alignment: .right, priority: 2),
      TableColumn(
        .at, title: "AT", width: .flexible(min: site.columns ?? 14, max: 60),
        truncation: .afterFirstWord, priority: site.columns == nil ? 4 : 7),
      TableColumn(
        .site, title: "SITE", width: .flexible(min: site.columns ?? 14, max: 40),
        truncation: .start, priority: 0),
    ]
    let unknown: Set<TreeColumn> = isScanned ? [.since, .busy, .site] : []
    return columns.filter { !unknown.contains($0.id) }
  }
}
