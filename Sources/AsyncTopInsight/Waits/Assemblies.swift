public import AsyncTopBus

/// Which tasks each `gather`, `wait` and `asCompleted` still waits for: one pass over all tasks.
struct Assemblies {
  private var members: [UInt64: [Int]] = [:]
  private var resources: [UInt32: UInt64] = [:]

  init(of snapshot: Snapshot) {
    for resource in snapshot.resources where resource.kind.isAssembly {
      resources[resource.mark] = resource.id
    }
    guard !resources.isEmpty else { return }
    let tasks = snapshot.tasks
    let awaited = tasks.positions(inChunksWhere: { $0.awaited > 0 }) { $0.awaitedIn != 0 }
    for position in awaited {
      guard let resource = resources[tasks[position].awaitedIn] else { continue }
      members[resource, default: []].append(position)
    }
    for resource in members.keys {
      members[resource]?.sort { (tasks[$0].created, $0) < (tasks[$1].created, $1) }
    }
  }

  /// What stands for a task and others.
  func resource(of task: TaskRecord) -> UInt64? { resources[task.awaitedIn] }

  /// The positions of all of them.
  var all: some Sequence<Int> { members.values.lazy.joined() }

  /// The positions of the tasks that have not ended, of a resource; oldest first.
  func members(of resource: UInt64) -> [Int] { members[resource] ?? [] }
}

extension ResourceRecord.Kind {
  /// Whether it stands for several tasks and futures.
  var isAssembly: Bool { self == .allOf || self == .anyOf }
}

extension ResourceRecord {
  /// Of several tasks and futures that it stands for, how many have not ended.
  public var pending: UInt32? {
    kind.isAssembly ? (capacity > depth ? capacity - depth : 0) : nil
  }
}

extension Insight {
  /// The tasks that a resource stands for and that have not ended; none if it is something else.
  ///
  /// Those that a later one stands for too are its, and futures are not among them: it may have
  /// more pending.
  public func members(of resource: UInt64) -> [TaskRecord] {
    assemblies.members(of: resource).map { snapshot.tasks[$0] }
  }
}
