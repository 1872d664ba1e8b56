public import AsyncTopBus

/// How many tasks are in each state.
///
/// One pass.
public struct StateCounts: Hashable, Sendable {
  /// All tasks.
  public private(set) var total = 0
  /// Those that were asked to stop and have not ended.
  public private(set) var cancelled = 0
  private var counts: [Int] = Array(repeating: 0, count: TaskState.allCases.count)

  /// Counts the tasks of a snapshot.
  public init(_ snapshot: Snapshot) {
    total = snapshot.tasks.count
    for task in snapshot.tasks {
      counts[Int(task.state.rawValue)] += 1
      if task.flags.contains(.cancelled) { cancelled += 1 }
    }
  }

  /// The tasks in a state.
  public subscript(state: TaskState) -> Int { counts[Int(state.rawValue)] }
}
