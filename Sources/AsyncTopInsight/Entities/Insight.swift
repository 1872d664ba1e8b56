public import AsyncTopBus

/// What follows from one snapshot: built when it is asked for first, and kept as long as the
/// snapshot is looked at.
///
/// Not for several threads at once.
public final class Insight {
  /// The snapshot.
  public let snapshot: Snapshot
  /// Its moment, in ticks.
  public let now: UInt64
  /// Tasks that have ended lately.
  public let finished: [FinishedTask]
  let places: LocationBook
  /// What tasks without a name are called, and where they are, by what they have in common.
  var codeNames = KeyedValues<String>()
  var placeLabels = KeyedValues<String>()
  private lazy var taskIndex = IDIndex(snapshot.tasks, id: \.id)
  /// How many tasks have been looked for.
  private var searches = 0
  private lazy var groupIndex = IDIndex(snapshot.groups, id: \.id)
  private lazy var resourceIndex = IDIndex(snapshot.resources, id: \.id)
  /// What the tasks come to.
  public private(set) lazy var sums = snapshot.tasks.sums
  /// How late the process is; nil if it has neither loops nor native tasks that could be.
  public private(set) lazy var lag = findLag()
  /// The longest that loops, threads and tasks have been kept, one for each task or callback, the
  /// longest first.
  ///
  /// Loops and threads keep their longest for all time, tasks as long as they are listed. What has
  /// been shorter is not among them, however often it came.
  public private(set) lazy var pastBlocks = findPastBlocks()
  /// The locks whose holder has ended, the longest held first, and those that were released by
  /// another task than their holder.
  ///
  /// That a task has ended is only known where every task is listed.
  public private(set) lazy var lockMisuses = findLockMisuses()
  /// The streams that hold many elements, the fullest first.
  public private(set) lazy var deepStreams = findDeepStreams()
  /// Who owns whom.
  public private(set) lazy var tree = TaskTree(ownersIn: self)
  /// Who waits for whom.
  public private(set) lazy var waits = TaskTree(waitsIn: self)
  /// The places in the queues of those that wait for the same resource.
  private(set) lazy var queues = WaitQueues(of: snapshot)
  /// Who has what others wait for.
  private(set) lazy var holders = Holders(of: snapshot)
  /// The tasks that are awaited together with others, by what stands for them.
  private(set) lazy var assemblies = Assemblies(of: snapshot)
  /// Who can never go on because each waits for another.
  public private(set) lazy var deadlocks = WaitGraph(of: self).cycles
  private lazy var deadlocked = Set(deadlocks.joined())

  /// Begins to look at a snapshot.
  ///
  /// - Parameters:
  ///   - snapshot: The snapshot.
  ///   - finished: Tasks that have ended lately, to be kept in sight.
  ///   - places: Turns sites into places; kept from snapshot to snapshot.
  public init(_ snapshot: Snapshot, finished: [FinishedTask] = [], places: LocationBook) {
    self.snapshot = snapshot
    now = snapshot.now
    self.finished = finished
    self.places = places
  }

  /// Whether the process has no probe and is read from outside: nobody counts and times what its
  /// tasks do, so that numbers and times of theirs are not known.
  public var isScanned: Bool { snapshot.process.nativeDetail == .scanned }

  /// Whether somebody counts and times what a task does.
  public func isMeasured(_ task: TaskRecord) -> Bool { !isScanned && !task.isScanned }

  /// Whether somebody counts the children of a group.
  public func isMeasured(_ group: GroupRecord) -> Bool { !isScanned && !group.isScanned }

  /// The position of a task in the snapshot.
  public func taskPosition(_ id: UInt64) -> Int? {
    // An index of a million tasks takes as long as twenty passes.
    searches += 1
    return searches <= 8 ? snapshot.tasks.position(of: id) : taskIndex.position(of: id)
  }
  /// The position of a timer in the snapshot.
  public func timerPosition(_ id: UInt64) -> Int? { snapshot.timerPosition(id) }
  /// The position of a group in the snapshot.
  public func groupPosition(_ id: UInt64) -> Int? { groupIndex.position(of: id) }

  /// The task with this id.
  public func task(_ id: UInt64) -> TaskRecord? {
    taskPosition(id).map { snapshot.tasks[$0] }
  }

  /// The group with this id.
  public func group(_ id: UInt64) -> GroupRecord? {
    groupIndex.position(of: id).map { snapshot.groups[$0] }
  }

  /// The timer with this id.
  public func timer(_ id: UInt64) -> TimerRecord? { snapshot.timer(id) }

  /// The resource with this id.
  public func resource(_ id: UInt64) -> ResourceRecord? {
    resourceIndex.position(of: id).map { snapshot.resources[$0] }
  }

  /// The columns that the longest id of a task takes.
  public private(set) lazy var taskIDColumns = Insight.columns(
    ofIDs: max(sums.greatestID, finished.lazy.map(\.id).max() ?? 0), atLeast: 5)
  /// The columns that the longest id of a timer takes.
  public private(set) lazy var timerIDColumns = Insight.columns(
    ofIDs: snapshot.timerSums.greatestID, atLeast: 14)

  /// Ids grow as long as a program runs; a column of them seldom does, and moves the others.
  private static func columns(ofIDs greatest: UInt64, atLeast usual: Int) -> Int {
    max(usual, "\(greatest)".count)
  }

  /// The position of the group in a place of the session's table of groups.
  public func group(inSlot slot: Int) -> Int? { snapshot.groupPosition(inSlot: slot) }

  /// Whether the session still has it.
  public func exists(_ entity: EntityID) -> Bool {
    switch entity {
    case .task(let id): task(id) != nil
    case .group(let id): group(id) != nil
    case .timer(let id): timer(id) != nil
    case .resource(let id): resource(id) != nil
    case .future, .executor: snapshot.tasks.contains { Insight.target(of: $0) == entity }
    case .thread: !holders.starved.isEmpty
    }
  }

  /// Deadlocks are looked for of its own accord among so many tasks at most.
  public static let deadlockLimit = 50_000

  /// Whether a task is known to wait in a circle; among very many tasks nobody looks.
  public func isDeadlocked(_ task: TaskRecord) -> Bool {
    snapshot.tasks.count <= Insight.deadlockLimit && waitsInCircle(task)
  }

  /// Whether a task waits in a circle.
  public func waitsInCircle(_ task: TaskRecord) -> Bool { deadlocked.contains(.task(task.id)) }

  /// A number of ticks in nanoseconds.
  public func nanoseconds(_ ticks: UInt64) -> UInt64 { snapshot.clock.nanoseconds(ticks) }

  /// The nanoseconds from now until a timer is due; negative if it is overdue.
  public func remaining(_ timer: TimerRecord) -> Int64 {
    timer.deadline.distance(from: snapshot.clock.monotonic(snapshot.now))
  }

  /// How much is left of the time that a timer was armed for, from 1 to 0.
  public func fractionLeft(_ timer: TimerRecord) -> Double {
    let whole = timer.deadline -| snapshot.clock.monotonic(timer.armed)
    return whole > 0 ? min(max(Double(remaining(timer)) / Double(whole), 0), 1) : 0
  }
}

extension Insight {
  /// Why there are no tasks, for people; nil if there are some.
  public var emptiness: String? {
    guard snapshot.tasks.isEmpty else { return nil }
    if snapshot.process.ending == .cutShort {
      return "no task is known: the region file was cut short by another program"
    }
    if snapshot.losses.tasks > 0 {
      return "no task is listed: \(snapshot.losses.tasks) found no free slot"
    }
    return switch snapshot.process.nativeDetail {
    case .full, .partial, .scanned: "no tasks at this moment"
    case .notStarted: "no tasks: the program has not run any yet"
    case .noRuntime: "no tasks: the program has no Swift concurrency runtime"
    case .unknownLayout:
      "no tasks: native tasks are not seen, the program's Swift version is not known"
    case .selfTestFailed:
      "no tasks: native tasks are not seen, the first ones contradicted what is known of them"
    }
  }
}
