import CAsyncTopProbe

/// Keeps the tasks of a session, and what its timers come to, from one snapshot to the next.
///
/// 1. Each update changes the table in place, unless a snapshot shares it: whoever shows one gives
///    it up before the next is taken, or what changes is copied.
/// 2. A task that is not in its slot any more is noted with how it ended, before it is forgotten.
struct TaskFollower {
  /// The tasks at the last update.
  private(set) var tasks = TaskTable()
  /// Those that were there at the update before it, and are not any more; nil if there was none.
  private(set) var departures: Departures?
  /// Their names, if there are few.
  private(set) var names: ContiguousArray<tp_name> = []
  /// The groups that there were.
  private(set) var groups: ContiguousArray<GroupRecord> = []
  /// What the timers come to.
  private(set) var timers = TimerSums.none
  private var timerFollower = TimerFollower()
  private var last: UInt64?
  private var changes: TableChanges

  /// Follows the tasks of a region.
  init(of memory: RegionMemory) {
    changes = TableChanges(of: memory)
  }

  /// Takes tasks, groups and timers from the region at a moment, in ticks.
  ///
  /// - Parameter isLast: Whether there will be no other update, which would ask for the changes.
  mutating func update(from reader: RegionReader, at now: UInt64, isLast: Bool) {
    var departures = last.map { Departures(since: $0, now: now) }
    // Changes are only known of as many slots as are looked at where all of them are used.
    let hasChanges = !isLast && reader.memory.observers != nil && !reader.isSparse
    if hasChanges { changes.beginPass() }
    let changed = hasChanges ? changes.slots(of: .tasks) : [0..<Int(UInt32.max)]
    tasks.update(from: reader, changed: changed) { task, position in
      departures?.add(task, position, reader.ending(of: task))
    }
    self.departures = departures?.finished { task, position in
      let name = names.isEmpty ? reader.name(of: task) : names[position]
      let group = task.groupSlot.flatMap { groups.position(inSlot: $0) }
      return (name?.string ?? "", group.map { groups[$0].id } ?? 0)
    }
    names =
      tasks.count <= Snapshot.namedTasks
      ? ContiguousArray(tasks.map { reader.name(of: $0) ?? tp_name() }) : []
    groups = reader.groups()
    timers = timerFollower.update(
      from: reader, changed: hasChanges ? changes.slots(of: .timers) : nil)
    last = now
  }
}

/// The tasks that were in the snapshot before, and are not in this one.
public struct Departures: Sendable {
  /// A task that has ended, or whose slot is another one's.
  public struct Task: Sendable {
    /// As it was in the snapshot before.
    public let record: TaskRecord
    /// Its name, untrusted; empty if it had none, or that is not known.
    public fileprivate(set) var name = ""
    /// The id of its group, or 0.
    public fileprivate(set) var group: UInt64 = 0
    /// How it ended; nil if its slot was another task's before anybody looked.
    public let ending: TaskEnding?
    /// When it ended, in ticks; if nobody saw that, when it was last seen alive.
    public let at: UInt64
    fileprivate let position: Int
  }

  /// The most that are kept; of more, those that ended last.
  public static let limit = 1_000

  /// The moment of the snapshot before, in ticks.
  public let since: UInt64
  private let now: UInt64
  /// The tasks, first those that ended first.
  public private(set) var tasks: [Task] = []

  fileprivate init(since: UInt64, now: UInt64) {
    self.since = since
    self.now = now
  }

  fileprivate mutating func add(_ task: TaskRecord, _ position: Int, _ ending: TaskEnding?) {
    if tasks.count >= 8 * Self.limit { prune() }
    let at = ending.map { min($0.at, now) } ?? since
    tasks.append(Task(record: task, ending: ending, at: at, position: position))
  }

  private mutating func prune() {
    tasks.sort { ($0.at, $0.position) < ($1.at, $1.position) }
    tasks.removeFirst(max(0, tasks.count - Self.limit))
  }

  /// In order, with what is said of them elsewhere.
  fileprivate consuming func finished(
    _ facts: (TaskRecord, Int) -> (name: String, group: UInt64)
  ) -> Departures {
    prune()
    for index in tasks.indices {
      (tasks[index].name, tasks[index].group) = facts(tasks[index].record, tasks[index].position)
    }
    return self
  }
}

extension ContiguousArray<GroupRecord> {
  /// The position of the group in a slot; nil if it has none.
  func position(inSlot slot: Int) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].slot < slot { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low].slot == slot ? low : nil
  }
}
