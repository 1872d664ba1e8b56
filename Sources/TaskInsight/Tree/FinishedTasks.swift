public import Instrumentation

/// Keeps tasks in sight for some seconds after they have ended.
///
/// The region forgets a task when it ends, so this compares each snapshot with the one before. What
/// came and went between two snapshots was never seen, and a session that went back in time starts
/// anew.
public struct FinishedTasks: Sendable {
  /// The most tasks that are kept; of more, the latest.
  public static let limit = 1_000

  /// How long a task is kept.
  public let retention: Duration
  /// Those that are kept, in the order in which they were missed.
  public private(set) var tasks: [FinishedTask] = []
  private var last: Snapshot?

  /// Keeps tasks for a time.
  public init(retention: Duration = .seconds(5)) {
    self.retention = retention
  }

  /// Compares a snapshot with the one before it.
  ///
  /// One pass over both.
  public mutating func update(_ snapshot: Snapshot) {
    defer { last = snapshot }
    guard let last, last.process.id == snapshot.process.id, last.now <= snapshot.now else {
      tasks = []
      return
    }
    let oldest = snapshot.clock.ticks(retention)
    tasks.removeAll { snapshot.now &- $0.ended > oldest && snapshot.now > $0.ended }
    collect(from: last, missingIn: snapshot)
    if tasks.count > FinishedTasks.limit {
      tasks.removeFirst(tasks.count - FinishedTasks.limit)
    }
  }

  /// Both lists are in the order of slots.
  private mutating func collect(from old: Snapshot, missingIn new: Snapshot) {
    var next = 0
    var found = 0
    for task in old.tasks {
      while next < new.tasks.count, new.tasks[next].slot < task.slot { next += 1 }
      let isThere =
        next < new.tasks.count && new.tasks[next].slot == task.slot && new.tasks[next].id == task.id
      if isThere { continue }
      found += 1
      if found > FinishedTasks.limit { return }
      let ending = new.ending(of: task)
      let group = task.groupSlot.flatMap { slot in old.groups.first { $0.slot == slot } }
      tasks.append(
        FinishedTask(
          record: task, name: old.name(of: task), outcome: ending?.outcome ?? .unknown,
          ended: min(ending?.at ?? new.now, new.now), group: group?.id ?? 0))
    }
  }
}
