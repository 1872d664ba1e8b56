import AsyncTopBus

/// Who waits for whom: from a task to what it waits for, from a resource to its holder, from a
/// group to its running children, from what stands for several tasks to those.
struct WaitGraph {
  private let insight: Insight
  private let tasks: Int
  private let groups: Int

  init(of insight: Insight) {
    self.insight = insight
    tasks = insight.snapshot.tasks.count
    groups = insight.snapshot.groups.count
  }

  /// The circles: sets of entities each of which waits for another of the set, so that none can go
  /// on unless somebody cancels it.
  ///
  /// Tarjan's algorithm, with a stack of its own.
  var cycles: [[EntityID]] {
    // One that waits for any of several can go on if one of those can: such a one is in no circle,
    // and without it there may be less of one.
    var free: Set<Int> = []
    while true {
      var search = ComponentSearch(count: tasks + groups)
      for node in 0..<tasks where Insight.target(of: insight.snapshot.tasks[node]) != nil {
        search.visit(node) { free.contains($0) ? [] : successors($0) }
      }
      let found = search.cycles.flatMap { cycle in cycle.filter { canLeave(cycle, $0) } }
      guard !found.isEmpty else { return search.cycles.map { $0.sorted().map(entity) } }
      free.formUnion(found)
    }
  }

  /// Whether a task waits for any of several that are not all in a circle.
  private func canLeave(_ circle: [Int], _ node: Int) -> Bool {
    guard node < tasks, case .resource(let id) = insight.snapshot.tasks[node].waitsFor,
      let resource = insight.resource(id), resource.kind == .anyOf
    else { return false }
    let members = insight.assemblies.members(of: id)
    return members.count < Int(resource.pending ?? 0) || !Set(circle).isSuperset(of: members)
  }

  private func entity(_ node: Int) -> EntityID {
    node < tasks
      ? .task(insight.snapshot.tasks[node].id) : .group(insight.snapshot.groups[node - tasks].id)
  }

  private func successors(_ node: Int) -> [Int] {
    guard node < tasks else {
      return insight.tree.children(of: node).map { Int($0) }.filter { $0 < tasks }
    }
    switch insight.snapshot.tasks[node].waitsFor {
    case .task(let id):
      return insight.taskPosition(id).map { [$0] } ?? []
    case .group(let id):
      return insight.groupPosition(id).map { [tasks + $0] } ?? []
    case .resource(let id):
      let members = insight.assemblies.members(of: id)
      guard members.isEmpty else { return members }
      let holder = insight.resource(id)?.holder ?? 0
      return holder == 0 ? [] : insight.taskPosition(holder).map { [$0] } ?? []
    case .none, .continuation, .executor, .timer, .future, .unknown:
      return []
    }
  }
}
