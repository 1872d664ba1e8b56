import Instrumentation
import TaskInsight
import TerminalUI

/// What is written about a node of the tree.
struct TreeNodeText {
  private let insight: Insight
  private let node: Int
  private let look: Look
  /// What it is called.
  let title: String
  /// How that is drawn.
  let titleStyle: Style

  init(_ insight: Insight, node: Int, look: Look) {
    self.insight = insight
    self.node = node
    self.look = look
    switch insight.tree.node(node) {
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
    }
  }

  /// What stands in a column other than the first.
  func cell(_ column: TreeColumn, isNarrow: Bool) -> (text: String, style: Style) {
    if column == .relation { return (insight.relation(at: node).rawValue, look[.dim]) }
    switch insight.tree.node(node) {
    case .task(let position):
      return cell(column, of: insight.snapshot.tasks[position], isNarrow: isNarrow)
    case .group(let position):
      return cell(column, of: insight.snapshot.groups[position], isNarrow: isNarrow)
    case .finished(let position):
      return cell(column, of: insight.finished[position], isNarrow: isNarrow)
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
    case .waitsFor: return cells.cell(.waitsFor, of: task)
    case .since: return cells.cell(.since, of: task)
    case .busy: return cells.cell(.busy, of: task)
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
    case .waitsFor:
      let ended = CompactText.count(group.ended)
      return ("\(CompactText.count(group.spawned)) spawned, \(ended) ended", look[.dim])
    case .site: return (insight.siteLabel(group.site), look[.site])
    case .node, .id, .relation, .since, .busy: return ("", look[.text])
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
      let now = insight.snapshot.now
      let ago = insight.nanoseconds(now > task.ended ? now - task.ended : 0)
      return (CompactText.duration(ago), look[.dim])
    case .site: return (insight.siteLabel(task.record.site), look[.dim])
    case .node, .relation, .waitsFor, .busy: return ("", look[.dim])
    }
  }
}

extension FinishedTask {
  /// How it ended, in a word.
  var outcomeWord: String {
    if wasCancelled { return "cancelled" }
    switch outcome {
    case .returned: return "returned"
    case .threw: return "threw"
    case .none, .unknown: return "ended"
    }
  }
}
