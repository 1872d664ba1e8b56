import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal

/// What is said of the nodes of a tree, which are tasks, groups and what else tasks wait for.
///
/// A column of the tree is the column of a task with what stands there of the other nodes.
struct TreeList {
  /// What stands above a node.
  let order: TaskTree.Order
  /// The columns, from left to right; the first is drawn as a tree.
  let columns: [Column<Int>]

  /// Where there isn't room for all columns, they go in this order: site, relation, busy, id,
  /// since, at, waits for, state; where it is narrow, the place goes before since.
  ///
  /// Where it is very narrow the state is only its sign. From 110 columns on there is room to say
  /// what a task waits for.
  init(_ order: TaskTree.Order) {
    self.order = order
    let (node, id, state) = (TreeList.node(order), TreeList.id(order), TreeList.state(order))
    let (waitsFor, since, at) = (
      TreeList.waitsFor(order), TreeList.since(order), TreeList.at(order)
    )
    columns =
      order == .waits
      ? [node, id, state, waitsFor, since, TreeList.behind, at]
      : [
        node, id, state, TreeList.relation(order), waitsFor, since, TreeList.busy(order), at,
        TreeList.site(order),
      ]
  }

  typealias Blocker = (entity: EntityID, node: Int)

  /// A column of nodes.
  ///
  /// - Parameters:
  ///   - column: That of tasks.
  ///   - order: What stands above a node.
  ///   - room: How much room it has.
  ///   - task: What stands in it of a task at a node; as in the column of tasks if it isn't given.
  ///   - group: What stands in it of a group.
  ///   - finished: What stands in it of a task that has ended.
  ///   - blocker: What stands in it of what tasks wait for, if that is neither task nor group.
  private static func column(
    _ column: Column<TaskRecord>, _ order: TaskTree.Order,
    room: @escaping @Sendable (ListSpace) -> ColumnRoom,
    task: (@Sendable (TaskRecord, Int, Insight) -> ListCell)? = nil,
    group: @escaping @Sendable (GroupRecord, Insight) -> ListCell = { _, _ in .empty },
    finished: @escaping @Sendable (FinishedTask, Insight) -> ListCell = { _, _ in .empty },
    blocker: @escaping @Sendable (Blocker, Insight) -> ListCell = { _, _ in .empty }
  ) -> Column<Int> {
    Column(
      column.name, column.title, alignment: column.alignment, needsProbe: column.needsProbe,
      recedes: column.recedes, hasPlaces: column.hasPlaces, room: room,
      cell: { node, insight in
        let tree = insight.tree(order)
        switch tree.node(node) {
        case .task(let position):
          let record = insight.snapshot.tasks[position]
          return task?(record, node, insight) ?? column.cell(record, insight)
        case .group(let position): return group(insight.snapshot.groups[position], insight)
        case .finished(let position): return finished(insight.finished[position], insight)
        case .blocker(let position): return blocker((tree.blockers[position], node), insight)
        }
      })
  }
}

extension TreeList {
  /// The names, under lines that say what stands above; they are drawn by ``TreeScreen``.
  private static func node(_ order: TaskTree.Order) -> Column<Int> {
    Column(
      "node", order == .owners ? "TASK" : "CAUSE, AND WHO WAITS",
      room: { .flexible(max(18, min(30, $0.width / 2 - 19))...60, priority: 10) },
      cell: { _, _ in .empty })
  }

  private static func id(_ order: TaskTree.Order) -> Column<Int> {
    column(
      TaskList.id, order, room: { .fixed($0.insight.taskIDColumns, priority: 3) },
      finished: { task, _ in ListCell("\(task.id)", .dim) })
  }

  private static func state(_ order: TaskTree.Order) -> Column<Int> {
    column(
      TaskList.state, order, room: TaskList.state.room,
      group: { group, _ in
        group.isCancelled
          ? ListCell("cancelled", .stateCancelled, sign: .stateCancelled)
          : ListCell("\(CompactText.count(group.live)) running", .waitsForGroup)
      },
      finished: { task, _ in
        let role = Look.role(task)
        return ListCell(task.outcomeWord, role, sign: role)
      },
      blocker: { blocker, insight in
        insight.heldSince(blocker.entity) == nil
          ? .empty : ListCell("held", Look.waitRole(blocker.entity))
      })
  }

  private static func relation(_ order: TaskTree.Order) -> Column<Int> {
    column(
      TaskList.relation, order, room: TaskList.relation.room,
      group: { _, _ in ListCell(Relation.group.rawValue, .dim) },
      finished: { task, insight in ListCell(insight.relation(of: task.record).rawValue, .dim) })
  }

  private static func waitsFor(_ order: TaskTree.Order) -> Column<Int> {
    column(
      TaskList.waitsFor, order,
      room: { .flexible(($0.isNarrow ? 16 : $0.width < 110 ? 14 : 28)...60, priority: 8) },
      task: { task, node, insight in
        guard order == .waits, insight.waits.owner(of: node) != nil else {
          return TaskList.waitsFor.cell(task, insight)
        }
        // It stands below what it waits for.
        let place = insight.queuePlace(of: task)?.place
        return ListCell(place.map { "\(CompactText.ordinal($0)) in line" } ?? "", .dim)
      },
      group: { ListCell($1.childrenText(of: $0), .dim) },
      blocker: { blocker, insight in
        let tree = insight.waits
        let count =
          tree.children(of: blocker.node).count + (tree.circles[blocker.node] == nil ? 0 : 1)
        let resource = insight.resource(blocker.entity)
        let level = resource?.levelText.map { "\($0), " } ?? ""
        let pending =
          blocker.entity == .thread
          ? insight.threadsText : resource.flatMap { insight.pendingText(of: $0) }
        let text = "\(CompactText.count(UInt64(count))) waiting"
        return ListCell(level + text + (pending.map { ", \($0)" } ?? ""), .dim)
      })
  }

  private static func since(_ order: TaskTree.Order) -> Column<Int> {
    column(
      TaskList.since, order, room: TaskList.since.room,
      finished: { ListCell($1.endText(of: $0), .dim) },
      blocker: { blocker, insight in
        guard let since = insight.heldSince(blocker.entity) else { return .empty }
        let held = insight.nanoseconds(insight.snapshot.now -| since)
        return ListCell(CompactText.duration(held))
      })
  }

  /// How many would go on if this ended, directly or not.
  private static var behind: Column<Int> {
    Column(
      "behind", "BEHIND", alignment: .right,
      room: { _ in .fixed(6, priority: 6) },
      cell: { node, insight in
        .count(UInt64(max(0, insight.waits.blockedCount(of: node))))
      })
  }

  private static func busy(_ order: TaskTree.Order) -> Column<Int> {
    column(TaskList.busy, order, room: { _ in .fixed(6, priority: 2) })
  }

  private static func at(_ order: TaskTree.Order) -> Column<Int> {
    column(
      TaskList.at, order,
      room: {
        .flexible(
          $0.site(narrow: 14)...60, priority: $0.isNarrow ? 4 : 7, truncation: .afterFirstWord)
      },
      group: { ListCell($1.siteLabel($0.site), .dim) },
      finished: { ListCell($1.siteLabel($0.record.site), .dim) },
      blocker: { ListCell($1.siteLabel($1.resource($0.entity)?.site ?? 0), .dim) })
  }

  private static func site(_ order: TaskTree.Order) -> Column<Int> {
    column(
      TaskList.site, order,
      room: { .flexible($0.site(narrow: 14)...40, priority: 0, truncation: .start) },
      group: { ListCell($1.siteLabel($0.site), .site) },
      finished: { ListCell($1.siteLabel($0.record.site), .dim) },
      blocker: { ListCell($1.siteLabel($1.resource($0.entity)?.site ?? 0), .site) })
  }
}

extension Insight {
  /// What a node of a tree is called, and how that is drawn.
  func title(at node: Int, in order: TaskTree.Order) -> (text: String, role: ThemeRole) {
    let tree = tree(order)
    var title = self.title(of: tree.node(node), in: tree)
    if order == .waits, case .task(let position) = tree.node(node),
      isDeadlocked(snapshot.tasks[position])
    {
      title.role = .error
    }
    return title
  }

  /// The same of a node of a tree.
  func title(of node: TaskTree.Node, in tree: TaskTree) -> (text: String, role: ThemeRole) {
    switch node {
    case .task(let position):
      let task = snapshot.tasks[position]
      let name = displayName(of: task)
      return (name.isEmpty ? "task \(task.id)" : name, .text)
    case .group(let position):
      let group = snapshot.groups[position]
      return (group.name.isEmpty ? "group" : "group “\(group.name)”", .waitsForGroup)
    case .finished(let position):
      let task = finished[position]
      let name = displayName(of: task)
      return (name.isEmpty ? "task \(task.id)" : name, .dim)
    case .blocker(let position):
      return (label(tree.blockers[position]), Look.waitRole(tree.blockers[position]))
    }
  }

  fileprivate func resource(_ entity: EntityID) -> ResourceRecord? {
    guard case .resource(let id) = entity else { return nil }
    return resource(id)
  }
}
