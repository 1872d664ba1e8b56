public import AsyncTopBus

/// Keeps tasks in sight for some seconds after they have ended.
///
/// The region forgets a task when its slot is another's. A session that is followed says with each
/// snapshot which tasks are gone; of another, this compares each snapshot with the one before. What
/// came and went between two snapshots was never seen, and a session that went back in time starts
/// anew.
public struct FinishedTasks: Sendable {
  /// The most tasks that are kept; of more, the latest.
  public static let limit = Departures.limit

  /// How long a task is kept.
  public let retention: Duration
  /// Those that are kept, in the order in which they were missed.
  public private(set) var tasks: [FinishedTask] = []
  /// What the last snapshot was of, and when.
  private var last: (process: Int32, now: UInt64)?
  /// The last snapshot, of a session that does not say what is gone.
  private var lastSnapshot: Snapshot?

  /// Keeps tasks for a time.
  public init(retention: Duration = .seconds(5)) {
    self.retention = retention
  }

  /// Takes a snapshot that follows the one before it.
  public mutating func update(_ snapshot: Snapshot) {
    let before = lastSnapshot
    defer {
      last = (snapshot.process.id, snapshot.now)
      lastSnapshot = snapshot.isFollowed ? nil : snapshot
    }
    guard let last, last.process == snapshot.process.id, last.now <= snapshot.now else {
      tasks = []
      return
    }
    let oldest = snapshot.now -| snapshot.clock.ticks(retention)
    tasks.removeAll { $0.ended < oldest }
    if let before {
      tasks += ended(since: before, in: snapshot, after: oldest)
    } else if let departures = snapshot.departures, departures.since == last.now {
      tasks += departures.tasks.filter { $0.at >= oldest }.map(FinishedTask.init)
    }
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
        task, name: old.name(of: task), group: group(of: task, in: old), ended: ending.at,
        ending.known)
    }
  }

  private func group(of task: TaskRecord, in snapshot: Snapshot) -> UInt64 {
    let position = task.groupSlot.flatMap { snapshot.groupPosition(inSlot: $0) }
    return position.map { snapshot.groups[$0].id } ?? 0
  }

  /// Both lists are in the order of slots.
  private func endings(_ old: Snapshot, _ new: Snapshot) -> [Ending] {
    var found: [Ending] = []
    var rest = new.tasks.makeIterator()
    var next = rest.next()
    for (position, task) in old.tasks.enumerated() {
      while let other = next, other.slot < task.slot { next = rest.next() }
      if let other = next, other.slot == task.slot, other.id == task.id { continue }
      let ending = new.ending(of: task)
      found.append((position, ending.map { min($0.at, new.now) } ?? old.now, ending))
    }
    return found
  }
}

extension FinishedTask {
  fileprivate init(_ task: Departures.Task) {
    self.init(task.record, name: task.name, group: task.group, ended: task.at, task.ending)
  }

  fileprivate init(
    _ record: TaskRecord, name: String, group: UInt64, ended: UInt64, _ ending: TaskEnding?
  ) {
    self.init(
      record: record, name: name, outcome: ending?.outcome ?? .unknown, ended: ended,
      isLost: ending == nil,
      wasCancelled: ending?.wasCancelled ?? record.flags.contains(.cancelled), group: group)
  }
}
