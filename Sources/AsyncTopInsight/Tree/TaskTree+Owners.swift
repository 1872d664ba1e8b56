import AsyncTopBus

extension TaskTree {
  /// Finds the owner of each node.
  struct Owners {
    private(set) var nodes: ContiguousArray<Int32>
    /// What orders children: when the living were created, and how long it is until the end of time
    /// from when the others ended.
    let ages: ContiguousArray<UInt64>
    private let insight: Insight
    private var taskCount: Int { insight.snapshot.tasks.count }
    private var groupCount: Int { insight.snapshot.groups.count }

    init(_ insight: Insight) {
      self.insight = insight
      let snapshot = insight.snapshot
      let count = snapshot.tasks.count + snapshot.groups.count + insight.finished.count
      nodes = ContiguousArray(repeating: Forest.root, count: count)
      var ages = ContiguousArray<UInt64>()
      ages.reserveCapacity(count)
      for task in snapshot.tasks { ages.append(task.created) }
      for group in snapshot.groups { ages.append(group.created) }
      for task in insight.finished { ages.append(.max -| task.ended) }
      self.ages = ages
      find()
    }

    private mutating func find() {
      var bySlot: [Int: Int32] = [:]
      for (position, group) in insight.snapshot.groups.enumerated() {
        bySlot[group.slot] = Int32(taskCount + position)
        nodes[taskCount + position] = node(ofTask: group.parent)
      }
      for (position, task) in insight.snapshot.tasks.enumerated() {
        let group = task.groupSlot.flatMap { bySlot[$0] }
        nodes[position] = group ?? node(ofTask: task.parent)
      }
      for (position, task) in insight.finished.enumerated() {
        let group = task.group == 0 ? nil : insight.groupPosition(task.group)
        nodes[taskCount + groupCount + position] =
          group.map { Int32(taskCount + $0) } ?? node(ofTask: task.record.parent)
      }
    }

    private func node(ofTask id: UInt64) -> Int32 {
      id == 0 ? Forest.root : insight.taskPosition(id).map { Int32($0) } ?? Forest.root
    }
  }
}
