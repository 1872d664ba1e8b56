public import AsyncTopBus

/// How something belongs to its owner.
public enum Relation: String, Hashable, Sendable {
  /// The program's main task.
  case main
  /// A child of a group.
  case child
  /// An `async let`.
  case asyncLet = "async let"
  /// A task that may outlive who created it.
  case unstructured
  /// A group.
  case group
}

extension Insight {
  /// How something at a node of the tree belongs to its owner.
  public func relation(at node: Int) -> Relation {
    switch tree.node(node) {
    case .group, .blocker: .group
    case .task(let position): relation(of: snapshot.tasks[position])
    case .finished(let position): finished[position].record.relation
    }
  }

  /// How a task belongs to its owner.
  public func relation(of task: TaskRecord) -> Relation {
    isMain(task) ? .main : task.relation
  }

  /// Whether it is the program's main task: by its flag, or because it is the first task, that
  /// nobody created, and is called so or comes from no place in the source.
  func isMain(_ task: TaskRecord) -> Bool {
    if task.flags.contains(.main) { return true }
    guard task.id == 1, task.parent == 0, task.relation == .unstructured else { return false }
    let name = snapshot.name(of: task)
    // A scan sees no sites, so that only the code tells.
    if !isMeasured(task) { return name.isEmpty && backtrace(of: task)?.body?.function == "main" }
    return name == "main" || name.isEmpty && task.site == 0
  }
}

extension TaskRecord {
  /// How the task belongs to its owner, as far as the task itself tells.
  var relation: Relation {
    if flags.contains(.main) { return .main }
    if flags.contains(.asyncLet) { return .asyncLet }
    let isChild = groupSlot != nil || !flags.isDisjoint(with: [.child, .groupChild])
    return isChild ? .child : .unstructured
  }
}
