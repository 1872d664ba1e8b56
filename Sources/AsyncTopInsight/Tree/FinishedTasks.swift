public import AsyncTopBus

/// Keeps tasks in sight for some seconds after they have ended.
///
/// The region forgets a task when its slot is another's, so this compares each snapshot with the
/// one before. What came and went between two snapshots was never seen, and a session that went
/// back in time starts anew.
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
    let oldest = snapshot.now -| snapshot.clock.ticks(retention)
    tasks.removeAll { $0.ended < oldest }
    tasks += ended(since: last, in: snapshot, after: oldest)
    if tasks.count > FinishedTasks.limit {
      tasks.removeFirst(tasks.count - FinishedTasks.limit)
    }
  }

  private typealias Ending = (task: Int, at: UInt64, known: TaskEnding?)

  /// The tasks of one snapshot that are not in the next and did not end long before it; the first
  /// that ended, first.
  private func ended(
    since old: Snapshot, in new: Snapshot, after oldest: UInt64
  ) -> [FinishedTask] {
    var endings = endings(old, new).filter { $0.at >= oldest }
    endings.sort { ($0.at, $0.task) < ($1.at, $1.task) }
    return endings.suffix(FinishedTasks.limit).map { ending in
      let task = old.tasks[ending.task]
      return FinishedTask(
        record: task, name: old.name(of: task), outcome: ending.known?.outcome ?? .unknown,
        ended: ending.at, isLost: ending.known == nil,
        wasCancelled: ending.known?.wasCancelled ?? task.flags.contains(.cancelled),
        group: group(of: task, in: old))
    }
  }

  private func group(of task: TaskRecord, in snapshot: Snapshot) -> UInt64 {
    let position = task.groupSlot.flatMap { snapshot.groupPosition(inSlot: $0) }
    return position.map { snapshot.groups[$0].id } ?? 0
  }

  /// Both lists are in the order of slots.
  private func endings(_ old: Snapshot, _ new: Snapshot) -> [Ending] {
    var next = 0
    return old.tasks.indices.compactMap { position in
      let task = old.tasks[position]
      while next < new.tasks.count, new.tasks[next].slot < task.slot { next += 1 }
      let isThere =
        next < new.tasks.count && new.tasks[next].slot == task.slot && new.tasks[next].id == task.id
      if isThere { return nil }
      guard let ending = new.ending(of: task) else { return (position, old.now, nil) }
      return (position, min(ending.at, new.now), ending)
    }
  }
}
