import AsyncTopBus

/// The nodes of a tree as the rows of a list, with what is folded or filtered left out.
public struct TreeRows: Sendable {
  /// One row.
  public struct Row: Hashable, Sendable {
    /// The node.
    public let node: Int
    /// How many owners it has above it.
    public let depth: Int
    /// Whether the filter found it, and not merely something below it.
    public let isMatch: Bool
    /// Whether it has children that are not shown because it is folded.
    public let isFolded: Bool
    /// Whether it has children.
    public let hasChildren: Bool
    /// Whether it is the last of its owner's children.
    public let isLast: Bool
  }

  /// The most tasks that have ended that are shown of one owner; of more, the latest.
  public static let finishedLimit = 8

  /// Of which tree.
  public let order: TaskTree.Order
  /// The rows.
  public private(set) var rows: ContiguousArray<Row> = []
  /// The row of each node that is shown.
  private var places: [Int32]

  /// Rows of nothing.
  public init() {
    order = .owners
    places = []
  }

  /// Walks a tree, without recursion.
  ///
  /// - Parameters:
  ///   - insight: Whose tree.
  ///   - order: What stands above.
  ///   - filter: Keeps what it finds, and all owners of that; then nothing counts as folded, and
  ///     all tasks that have ended are searched.
  ///   - isRoot: Whether a root is shown, with what is below it.
  ///   - isFolded: Whether the children of a node with so many children are hidden.
  public init(
    _ insight: Insight, _ order: TaskTree.Order = .owners, filter: TextFilter,
    isRoot: (Int) -> Bool = { _ in true }, isFolded: (EntityID, Int) -> Bool
  ) {
    let tree = insight.tree(order)
    self.order = order
    places = Array(repeating: -1, count: tree.count)
    let marks = filter.isEmpty ? nil : TreeRows.marks(insight, tree, filter)
    var stack: [(node: Int32, depth: Int, isLast: Bool)] = []
    func shown(_ children: ArraySlice<Int32>) -> ArraySlice<Int32> {
      guard let marks else { return TreeRows.withoutOldFinished(children, tree) }
      return ArraySlice(children.filter { marks[Int($0)] != 0 })
    }
    func push(_ children: ArraySlice<Int32>, depth: Int) {
      for (position, child) in zip(children.indices, children).reversed() {
        stack.append((child, depth, position == children.endIndex - 1))
      }
    }
    push(ArraySlice(shown(tree.roots).filter { isRoot(Int($0)) }), depth: 0)
    while let next = stack.popLast() {
      let node = Int(next.node)
      let children = shown(tree.children(of: node))
      let folded =
        !children.isEmpty && marks == nil
        && isFolded(insight.entity(at: node, in: order), children.count)
      places[node] = Int32(rows.count)
      rows.append(
        Row(
          node: node, depth: next.depth, isMatch: marks.map { $0[node] == 2 } ?? true,
          isFolded: folded, hasChildren: !children.isEmpty, isLast: next.isLast))
      if !folded { push(children, depth: next.depth + 1) }
    }
  }

  /// Children without all but the latest of those that have ended, which stand at the end.
  private static func withoutOldFinished(
    _ children: ArraySlice<Int32>, _ tree: TaskTree
  ) -> ArraySlice<Int32> {
    var end = children.endIndex
    while end > children.startIndex, tree.isFinished(children[end - 1]) { end -= 1 }
    return children[..<min(end + finishedLimit, children.endIndex)]
  }

  /// The row of a node; nil if it is not shown.
  public func row(ofNode node: Int) -> Int? {
    places.indices.contains(node) && places[node] >= 0 ? Int(places[node]) : nil
  }

  /// For each node: 2 if the filter finds it, 1 if it finds something below it, else 0.
  private static func marks(
    _ insight: Insight, _ tree: TaskTree, _ filter: TextFilter
  ) -> [UInt8] {
    var marks = [UInt8](repeating: 0, count: tree.count)
    let matcher = Matcher(filter, insight)
    for node in 0..<tree.count where insight.matches(tree.node(node), matcher) {
      marks[node] = 2
      var owner = tree.owner(of: node)
      while let above = owner, marks[above] == 0 {
        marks[above] = 1
        owner = tree.owner(of: above)
      }
    }
    return marks
  }
}

extension Insight {
  /// The tree of owners, or that of waits.
  public func tree(_ order: TaskTree.Order) -> TaskTree { order == .owners ? tree : waits }

  /// What stands at a node of a tree.
  public func entity(at node: Int, in order: TaskTree.Order = .owners) -> EntityID {
    let tree = tree(order)
    return switch tree.node(node) {
    case .task(let position): .task(snapshot.tasks[position].id)
    case .group(let position): .group(snapshot.groups[position].id)
    case .finished(let position): .task(finished[position].id)
    case .blocker(let position): tree.blockers[position]
    }
  }

  /// Where something stands in the tree of owners; nil if it does not.
  public func node(of entity: EntityID) -> Int? {
    switch entity {
    case .task(let id):
      if let position = taskPosition(id) { return tree.index(of: .task(position)) }
      return finished.firstIndex { $0.id == id }.map { tree.index(of: .finished($0)) }
    case .group(let id): return groupPosition(id).map { tree.index(of: .group($0)) }
    case .timer, .resource, .future, .executor, .thread, .site, .worker, .warning: return nil
    }
  }

  fileprivate func matches(_ node: TaskTree.Node, _ matcher: Matcher) -> Bool {
    switch node {
    case .task(let position): matcher.matches(snapshot.tasks[position])
    case .group(let position): matcher.matches(snapshot.groups[position])
    case .finished(let position): matcher.matches(finished[position])
    case .blocker(let position): matcher.matches(blocker: waits.blockers[position])
    }
  }
}
