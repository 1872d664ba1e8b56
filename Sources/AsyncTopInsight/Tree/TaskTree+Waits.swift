import AsyncTopBus

extension TaskTree {
  /// Finds what each node waits for.
  struct Waits {
    private(set) var nodes: ContiguousArray<Int32>
    /// What orders those that wait for the same: since when they do.
    private(set) var ages: ContiguousArray<UInt64>
    /// What is waited for by several, is held by a task, or stands for several.
    private(set) var blockers: [EntityID] = []
    private var places: [EntityID: Int32] = [:]
    private let insight: Insight
    private var taskCount: Int { insight.snapshot.tasks.count }
    private var groupCount: Int { insight.snapshot.groups.count }

    init(_ insight: Insight) {
      self.insight = insight
      let snapshot = insight.snapshot
      let count = snapshot.tasks.count + snapshot.groups.count
      nodes = ContiguousArray(repeating: Forest.absent, count: count)
      ages = ContiguousArray(repeating: 0, count: count)
      findBlockers()
      for (position, task) in snapshot.tasks.enumerated() {
        ages[position] = task.since
        guard task.waitsFor != .none else { continue }
        nodes[position] = Insight.target(of: task).flatMap(node) ?? Forest.root
      }
      if let thread = places[.thread] {
        for position in insight.holders.starved { nodes[position] = thread }
      }
      for position in blockers.indices { place(blockerAt: position) }
      // Who is waited for is there though it waits for nothing.
      for task in snapshot.tasks { include(Insight.target(of: task)) }
      for task in insight.assemblies.all where nodes[task] == Forest.absent {
        nodes[task] = Forest.root
      }
    }

    /// What only one task waits for, and nobody holds, is told with that task.
    private mutating func findBlockers() {
      var counts: [EntityID: Int] = [:]
      for task in insight.snapshot.tasks {
        guard let target = Insight.target(of: task) else { continue }
        switch target {
        case .resource, .future, .executor: counts[target, default: 0] += 1
        case .task, .group, .timer, .thread, .site, .worker, .warning: break
        }
      }
      for task in insight.snapshot.tasks {
        guard let target = Insight.target(of: task), let count = counts[target],
          places[target] == nil, count > 1 || below(target) != nil
        else { continue }
        places[target] = Int32(nodes.count)
        blockers.append(target)
        nodes.append(Forest.root)
        ages.append(task.since)
      }
      // Nobody waits for a stream that fills up, which is what is wrong with it.
      for stream in insight.deepStreams where places[.resource(stream.id)] == nil {
        places[.resource(stream.id)] = Int32(nodes.count)
        blockers.append(.resource(stream.id))
        nodes.append(Forest.root)
        ages.append(0)
      }
      guard let first = insight.starved.first else { return }
      places[.thread] = Int32(nodes.count)
      blockers.append(.thread)
      nodes.append(Forest.root)
      ages.append(first.since)
    }

    private func node(_ entity: EntityID) -> Int32? {
      switch entity {
      case .task(let id): insight.taskPosition(id).map { Int32($0) }
      case .group(let id): insight.groupPosition(id).map { Int32(taskCount + $0) }
      case .resource, .future, .executor, .thread: places[entity]
      case .timer, .site, .worker, .warning: nil
      }
    }

    /// The task under which something stands: who holds it, or with whom it ends.
    private func below(_ entity: EntityID) -> Int? {
      if let holder = insight.holderPosition(of: entity) { return holder }
      guard case .resource(let id) = entity else { return nil }
      return last(of: insight.assemblies.members(of: id))
    }

    /// Which of several ends last is not known; if one of them can't end, it is that, else the
    /// oldest stands for all.
    private func last(of tasks: some Sequence<Int>) -> Int? {
      let records = insight.snapshot.tasks
      return tasks.first { insight.isDeadlocked(records[$0]) } ?? tasks.first { _ in true }
    }

    private mutating func place(blockerAt position: Int) {
      guard let task = below(blockers[position]) else { return }
      nodes[taskCount + groupCount + position] = Int32(task)
      if nodes[task] == Forest.absent { nodes[task] = Forest.root }
    }

    private mutating func include(_ target: EntityID?) {
      guard let target, let node = node(target).map(Int.init), nodes[node] == Forest.absent
      else { return }
      nodes[node] = Forest.root
      guard case .group = target else { return }
      // A group ends with its last task.
      let count = taskCount
      let running = insight.tree.children(of: node).lazy.map { Int($0) }.filter { $0 < count }
      guard let last = last(of: running) else { return }
      nodes[node] = Int32(last)
      if nodes[last] == Forest.absent { nodes[last] = Forest.root }
    }
  }
}
