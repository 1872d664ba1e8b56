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
    case .task(let position): snapshot.tasks[position].flags.relation
    case .finished(let position): finished[position].record.flags.relation
    }
  }
}

extension TaskFlags {
  /// How a task with these flags belongs to its owner.
  public var relation: Relation {
    if contains(.main) { return .main }
    if contains(.asyncLet) { return .asyncLet }
    return contains(.child) || contains(.groupChild) ? .child : .unstructured
  }
}
