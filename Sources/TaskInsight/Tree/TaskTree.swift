import Instrumentation

/// Who owns whom: tasks, the groups they own, the groups' tasks, and tasks that have just ended.
///
/// A group stands between its owner and its children. A task of a group is under its group, an
/// `async let` under its parent, and an unstructured task under the task that created it as long as
/// that lives; what has no owner is a root. Built in one pass with a few arrays, so that a million
/// tasks have a tree too.
public struct TaskTree: Sendable {
  /// What stands at a node.
  public enum Node: Hashable, Sendable {
    /// The task at this position of the snapshot's tasks.
    case task(Int)
    /// The group at this position of the snapshot's groups.
    case group(Int)
    /// The task at this position of the finished ones.
    case finished(Int)
  }

  private let taskCount: Int
  private let groupCount: Int
  /// The number of nodes.
  public let count: Int
  /// The owner of each node, or −1.
  private var owners: ContiguousArray<Int32>
  /// Where each node's children begin in `children`; the roots follow the last node's.
  private var starts: ContiguousArray<Int32>
  private var children: ContiguousArray<Int32>

  init(of insight: Insight) {
    let snapshot = insight.snapshot
    taskCount = snapshot.tasks.count
    groupCount = snapshot.groups.count
    count = taskCount + groupCount + insight.finished.count
    owners = ContiguousArray(repeating: -1, count: count)
    starts = []
    children = []
    findOwners(insight)
    breakCircles()
    gatherChildren(ages: ages(insight))
  }

  /// What stands at a node.
  public func node(_ index: Int) -> Node {
    if index < taskCount { return .task(index) }
    if index < taskCount + groupCount { return .group(index - taskCount) }
    return .finished(index - taskCount - groupCount)
  }

  /// The node of something.
  public func index(of node: Node) -> Int {
    switch node {
    case .task(let position): position
    case .group(let position): taskCount + position
    case .finished(let position): taskCount + groupCount + position
    }
  }

  /// The owner of a node; nil for a root.
  public func owner(of index: Int) -> Int? {
    owners[index] < 0 ? nil : Int(owners[index])
  }

  /// The children of a node: first those that live, oldest first, then those that have ended,
  /// latest first.
  public func children(of index: Int) -> ArraySlice<Int32> {
    ArraySlice(children[Int(starts[index])..<Int(starts[index + 1])])
  }

  /// The nodes without an owner, in the order of children.
  public var roots: ArraySlice<Int32> { children(of: count) }

  /// Whether a node is a task that has ended.
  func isFinished(_ index: Int32) -> Bool { Int(index) >= taskCount + groupCount }

  private mutating func findOwners(_ insight: Insight) {
    let snapshot = insight.snapshot
    var bySlot: [Int: Int32] = [:]
    for (position, group) in snapshot.groups.enumerated() {
      bySlot[group.slot] = Int32(taskCount + position)
      owners[taskCount + position] = node(ofTask: group.parent, insight)
    }
    for (position, task) in snapshot.tasks.enumerated() {
      let group = task.groupSlot.flatMap { bySlot[$0] }
      owners[position] = group ?? node(ofTask: task.parent, insight)
    }
    for (position, task) in insight.finished.enumerated() {
      let group = task.group == 0 ? nil : insight.groupPosition(task.group)
      owners[taskCount + groupCount + position] =
        group.map { Int32(taskCount + $0) } ?? node(ofTask: task.record.parent, insight)
    }
  }

  private func node(ofTask id: UInt64, _ insight: Insight) -> Int32 {
    id == 0 ? -1 : insight.taskPosition(id).map { Int32($0) } ?? -1
  }

  /// A damaged region may say that two tasks own each other; the first that is met becomes a root.
  private mutating func breakCircles() {
    // 0: not looked at; −1: leads to a root; else the walk that met it.
    var marks = ContiguousArray<Int32>(repeating: 0, count: count)
    for start in 0..<count where marks[start] == 0 {
      let walk = Int32(start + 1)
      var node = start
      while marks[node] == 0 {
        marks[node] = walk
        guard owners[node] >= 0 else { break }
        let owner = Int(owners[node])
        if marks[owner] == walk {
          owners[node] = -1
          break
        }
        node = owner
      }
      node = start
      while marks[node] == walk {
        marks[node] = -1
        guard owners[node] >= 0 else { break }
        node = Int(owners[node])
      }
    }
  }

  /// What orders children of one kind: when the living were created, and how long it is until the
  /// end of time from when the others ended.
  private func ages(_ insight: Insight) -> ContiguousArray<UInt64> {
    var ages = ContiguousArray<UInt64>()
    ages.reserveCapacity(count)
    for task in insight.snapshot.tasks { ages.append(task.created) }
    for group in insight.snapshot.groups { ages.append(group.created) }
    for task in insight.finished { ages.append(.max - task.ended) }
    return ages
  }

  /// Counts, then places: the roots are the children of the node after the last.
  private mutating func gatherChildren(ages: ContiguousArray<UInt64>) {
    starts = ContiguousArray(repeating: 0, count: count + 2)
    for owner in owners { starts[(owner < 0 ? count : Int(owner)) + 1] += 1 }
    for index in 1..<starts.count { starts[index] += starts[index - 1] }
    var next = starts
    children = ContiguousArray(repeating: 0, count: count)
    for index in 0..<count {
      let owner = owners[index] < 0 ? count : Int(owners[index])
      children[Int(next[owner])] = Int32(index)
      next[owner] += 1
    }
    let living = taskCount + groupCount
    for owner in 0...count {
      let range = Int(starts[owner])..<Int(starts[owner + 1])
      guard range.count > 1 else { continue }
      children[range].sort {
        let (first, second) = (Int($0) < living, Int($1) < living)
        return first != second ? first : (ages[Int($0)], $0) < (ages[Int($1)], $1)
      }
    }
  }
}
