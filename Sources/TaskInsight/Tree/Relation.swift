public import Instrumentation

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
    case .group: .group
    case .task(let position): snapshot.tasks[position].relation
    case .finished(let position): finished[position].record.relation
    }
  }
}

extension TaskRecord {
  /// How the task belongs to its owner.
  public var relation: Relation {
    if flags.contains(.main) { return .main }
    if flags.contains(.asyncLet) { return .asyncLet }
    let isChild = groupSlot != nil || !flags.isDisjoint(with: [.child, .groupChild])
    return isChild ? .child : .unstructured
  }
}
