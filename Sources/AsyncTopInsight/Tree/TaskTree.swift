import AsyncTopBus

/// Tasks and what stands above each of them: who owns whom, or who waits for whom.
///
/// Built in one pass with a few arrays, so that a million tasks have a tree too.
public struct TaskTree: Sendable {
  /// What stands above.
  public enum Order: Hashable, Sendable {
    /// The owner. A group stands between its owner and its children. A task of a group is under its
    /// group, an `async let` under its parent, and an unstructured task under the task that created
    /// it as long as that lives; what has no owner is a root.
    case owners
    /// What is waited for. A task is under the task, group, resource, future or actor that it waits
    /// for, a resource under the task that holds it, and a group under one of the tasks with which
    /// it ends, as is what stands for several tasks; what waits for nothing that is known, or for
    /// something that is nobody else's business, is a root: that is where to look. What neither
    /// waits nor is waited for is not in it.
    case waits
  }

  /// What stands at a node.
  public enum Node: Hashable, Sendable {
    /// The task at this position of the snapshot's tasks.
    case task(Int)
    /// The group at this position of the snapshot's groups.
    case group(Int)
    /// The task at this position of the finished ones.
    case finished(Int)
    /// What else tasks wait for, at this position of `blockers`.
    case blocker(Int)
  }

  private let taskCount: Int
  private let groupCount: Int
  private let finishedCount: Int
  /// What tasks wait for that is neither task nor group.
  public let blockers: [EntityID]
  private var forest: Forest
  /// How many tasks wait for each node, directly or not; empty if owners are looked at.
  private var blocked: ContiguousArray<Int32> = []

  /// The number of nodes.
  public var count: Int { forest.count }

  init(ownersIn insight: Insight) {
    let owners = Owners(insight)
    (taskCount, groupCount) = (insight.snapshot.tasks.count, insight.snapshot.groups.count)
    finishedCount = insight.finished.count
    blockers = []
    forest = Forest(owners: owners.nodes, preferred: 0, ages: owners.ages)
  }

  init(waitsIn insight: Insight) {
    let waits = Waits(insight)
    (taskCount, groupCount) = (insight.snapshot.tasks.count, insight.snapshot.groups.count)
    finishedCount = 0
    blockers = waits.blockers
    forest = Forest(owners: waits.nodes, preferred: taskCount, ages: waits.ages)
    blocked = countBlocked()
    let (blocked, circles, ages) = (blocked, forest.circles, waits.ages)
    forest.sortRoots { first, second in
      let (left, right) = (circles[first] != nil, circles[second] != nil)
      if left != right { return left }
      let (fewer, more) = (blocked[Int(second)], blocked[Int(first)])
      return more != fewer ? more > fewer : (ages[Int(first)], first) < (ages[Int(second)], second)
    }
  }

  /// What stands at a node.
  public func node(_ index: Int) -> Node {
    if index < taskCount { return .task(index) }
    if index < taskCount + groupCount { return .group(index - taskCount) }
    let rest = index - taskCount - groupCount
    return rest < finishedCount ? .finished(rest) : .blocker(rest - finishedCount)
  }

  /// The node of something.
  public func index(of node: Node) -> Int {
    switch node {
    case .task(let position): position
    case .group(let position): taskCount + position
    case .finished(let position): taskCount + groupCount + position
    case .blocker(let position): taskCount + groupCount + finishedCount + position
    }
  }

  /// What stands above a node; nil for a root.
  public func owner(of index: Int) -> Int? { forest.owner(of: index) }

  /// What stands below a node.
  ///
  /// Of an owner first those that live, oldest first, then those that have ended, latest first; of
  /// what is waited for, who waits, in the order in which they came.
  public func children(of index: Int) -> ArraySlice<Int32> { forest.children(of: index) }

  /// The nodes without an owner, in the order of children; of waits, first circles, then what
  /// blocks most tasks.
  public var roots: ArraySlice<Int32> { forest.roots }

  /// How many tasks wait for a node, directly or not; 0 where owners are looked at.
  public func blockedCount(of index: Int) -> Int { blocked.isEmpty ? 0 : Int(blocked[index]) }

  /// Whether others wait for a root of waits, or it is a stream that fills up.
  ///
  /// Most tasks wait for a timer or a socket, as they should.
  public func holdsUp(_ root: Int) -> Bool {
    if blockedCount(of: root) > 0 { return true }
    if case .blocker = node(root) { return true }
    return forest.circles[Int32(root)] != nil
  }

  /// The roots that wait in a circle, by the node that each of them waits for.
  public var circles: [Int: Int] {
    Dictionary(forest.circles.map { (Int($0.value), Int($0.key)) }) { first, _ in first }
  }

  /// Whether a node is a task that has ended.
  func isFinished(_ index: Int32) -> Bool {
    if case .finished = node(Int(index)) { return true }
    return false
  }

  /// Of all nodes, from the leaves up.
  private func countBlocked() -> ContiguousArray<Int32> {
    var counts = ContiguousArray<Int32>(repeating: 0, count: count)
    var order = ContiguousArray(forest.roots)
    var next = 0
    while next < order.count {
      order.append(contentsOf: forest.children(of: Int(order[next])))
      next += 1
    }
    for node in order.reversed() {
      guard let owner = forest.owner(of: Int(node)) else { continue }
      counts[owner] += counts[Int(node)] + (Int(node) < taskCount ? 1 : 0)
    }
    return counts
  }
}
