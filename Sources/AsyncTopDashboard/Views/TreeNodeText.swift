import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal

/// What is written about a node of the tree.
struct TreeNodeText {
  private let insight: Insight
  private let node: Int
  private let order: TaskTree.Order
  private let tree: TaskTree
  private let look: Look
  /// What it is called.
  let title: String
  /// How that is drawn.
  let titleStyle: Style

  init(_ insight: Insight, _ order: TaskTree.Order, node: Int, look: Look) {
    self.insight = insight
    self.order = order
    tree = insight.tree(order)
    self.node = node
    self.look = look
    switch tree.node(node) {
    case .task(let position):
      let task = insight.snapshot.tasks[position]
      let name = insight.displayName(of: task)
      title = name.isEmpty ? "task \(task.id)" : name
      titleStyle = look[.text]
    case .group(let position):
      let group = insight.snapshot.groups[position]
      title = group.name.isEmpty ? "group" : "group “\(group.name)”"
      titleStyle = look[.waitsForGroup]
    case .finished(let position):
      let task = insight.finished[position]
      let name = insight.displayName(of: task)
      title = name.isEmpty ? "task \(task.id)" : name
      titleStyle = look[.dim]
    case .blocker(let position):
      title = insight.label(tree.blockers[position])
      titleStyle = look[tree.blockers[position].waitRole]
    }
  }

  /// What stands in a column other than the first.
  func cell(_ column: TreeColumn, isNarrow: Bool) -> (text: String, style: Style) {
    if column == .relation { return (relation, look[.dim]) }
    switch tree.node(node) {
    case .task(let position):
      return cell(column, of: insight.snapshot.tasks[position], isNarrow: isNarrow)
    case .group(let position):
      return cell(column, of: insight.snapshot.groups[position], isNarrow: isNarrow)
    case .finished(let position):
      return cell(column, of: insight.finished[position], isNarrow: isNarrow)
    case .blocker(let position):
      return cell(column, of: tree.blockers[position], isNarrow: isNarrow)
    }
  }

  private var relation: String {
    switch tree.node(node) {
    case .task(let position): insight.relation(of: insight.snapshot.tasks[position]).rawValue
    case .finished, .group: insight.relation(at: node).rawValue
    case .blocker: ""
    }
  }

  private func cell(
    _ column: TreeColumn, of task: TaskRecord, isNarrow: Bool
  ) -> (text: String, style: Style) {
    let cells = TasksView(insight: insight, look: look)
    switch column {
    case .id: return cells.cell(.id, of: task)
    case .state:
      return isNarrow
        ? ("\(look.sign(task))", look[look.stateRole(task)]) : cells.cell(.state, of: task)
    case .waitsFor where order == .waits && tree.owner(of: node) != nil:
      // It stands below what it waits for.
      let place = insight.queuePlace(of: task)?.place
      return (place.map { "\(CompactText.ordinal($0)) in line" } ?? "", look[.dim])
    case .waitsFor: return cells.cell(.waitsFor, of: task)
    case .since: return cells.cell(.since, of: task)
    case .busy: return cells.cell(.busy, of: task)
    case .at: return cells.place(of: task)
    case .site: return cells.cell(.site, of: task)
    case .node, .relation: return ("", look[.text])
    }
  }

  private func cell(
    _ column: TreeColumn, of group: GroupRecord, isNarrow: Bool
  ) -> (text: String, style: Style) {
    switch column {
    case .state where isNarrow: return ("", look[.text])
    case .state:
      return group.isCancelled
        ? ("\(look.sign(.stateCancelled)) cancelled", look[.stateCancelled])
        : ("\(CompactText.count(group.live)) running", look[.waitsForGroup])
    case .waitsFor: return (insight.childrenText(of: group), look[.dim])
    case .at, .site: return (insight.siteLabel(group.site), look[column == .at ? .dim : .site])
    case .node, .id, .relation, .since, .busy: return ("", look[.text])
    }
  }

  private func cell(
    _ column: TreeColumn, of blocker: EntityID, isNarrow: Bool
  ) -> (text: String, style: Style) {
    var resource: ResourceRecord?
    if case .resource(let id) = blocker { resource = insight.resource(id) }
    let heldSince = insight.heldSince(blocker)
    let isHeld = heldSince != nil
    switch column {
    case .state where isHeld && !isNarrow: return ("held", look[blocker.waitRole])
    case .waitsFor:
      let count = tree.children(of: node).count + (tree.circles[node] == nil ? 0 : 1)
      let level = resource?.levelText.map { "\($0), " } ?? ""
      let pending =
        blocker == .thread
        ? ", \(insight.threadsText)" : resource.flatMap(insight.pendingText).map { ", \($0)" } ?? ""
      return (level + "\(CompactText.count(UInt64(count))) waiting" + pending, look[.dim])
    case .since where isHeld:
      let held = insight.nanoseconds(insight.snapshot.now -| (heldSince ?? 0))
      return (CompactText.duration(held), look[.text])
    case .at, .site:
      return (insight.siteLabel(resource?.site ?? 0), look[column == .at ? .dim : .site])
    default: return ("", look[.text])
    }
  }

  private func cell(
    _ column: TreeColumn, of task: FinishedTask, isNarrow: Bool
  ) -> (text: String, style: Style) {
    let role = Look.role(task)
    switch column {
    case .id: return ("\(task.id)", look[.dim])
    case .state:
      return ("\(look.sign(role))" + (isNarrow ? "" : " \(task.outcomeWord)"), look[role])
    case .since:
      return (insight.endText(of: task), look[.dim])
    case .at, .site: return (insight.siteLabel(task.record.site), look[.dim])
    case .node, .relation, .waitsFor, .busy: return ("", look[.dim])
    }
  }
}

extension EntityID {
  /// How what waits for it is drawn.
  var waitRole: ThemeRole {
    switch self {
    case .task: Look.role(.task)
    case .group: Look.role(.group)
    case .timer: Look.role(.timer)
    case .resource: Look.role(.resource)
    case .future: Look.role(.future)
    case .executor: Look.role(.executor)
    case .thread: Look.role(.thread)
    }
  }
}
