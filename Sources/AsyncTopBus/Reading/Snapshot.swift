import CAsyncTopProbe

/// A session at one moment: what every view draws from, live, rewound or recorded.
///
/// Taking one costs time in proportion to the tables' high-water marks, the next one of a live
/// session in proportion to what has changed, and nothing in the app. Sites are read when asked
/// for; of a great many tasks and timers, names and timers too.
public final class Snapshot: Sendable {
  /// The moment, in ticks of `clock`.
  public let now: UInt64
  /// Turns ticks into time.
  public let clock: SessionClock
  /// The process.
  public let process: ProcessRecord
  /// The tasks that have not ended, by slot.
  public let tasks: TaskTable
  /// The groups that exist.
  public let groups: ContiguousArray<GroupRecord>
  /// The timers that are pending; many are read when they are asked for.
  public var timers: ContiguousArray<TimerRecord> { timerTable.records }
  /// What the timers come to.
  public var timerSums: TimerSums { timerTable.sums }
  /// The resources that exist.
  public let resources: ContiguousArray<ResourceRecord>
  /// The event loops that exist.
  public let loops: [LoopRecord]
  /// The threads that have run tasks, those that exited too.
  public let workers: [WorkerRecord]
  /// The sums of what the workers counted.
  public let totals: Counters
  /// What is missing.
  public let losses: Losses
  /// What was counted about a second before, if the session knows it; who looks again and again
  /// can tell for itself.
  public let earlier: Tally?
  /// Which tasks of the snapshot before are not in this one; nil if there was none, or the session
  /// is not followed.
  public let departures: Departures?
  /// Whether the session says with each snapshot which tasks are gone since the one before.
  public let isFollowed: Bool
  private let timerTable: TimerTable
  private let memory: RegionMemory
  private let endings: [UInt64: TaskEnding]
  /// The names of the tasks; empty if there are too many.
  private let names: ContiguousArray<tp_name>
  private let other: OtherTables?

  /// Up to so many tasks keep their names though their slots may be given to others meanwhile; of
  /// more tasks, the names are read when asked for.
  public static let namedTasks = 10_000

  /// Reads the tables.
  ///
  /// - Parameters:
  ///   - memory: The region.
  ///   - now: The moment in ticks.
  ///   - clock: The region's clock, with its latest anchor.
  ///   - ending: How the process has come to its end; nil while it runs.
  ///   - lostEvents: Events that the observer knows it lost.
  ///   - earlier: What was counted about a second before, if that is known.
  ///   - endings: The ends of tasks, by id, that were seen to happen since the snapshot before.
  public convenience init(
    of memory: RegionMemory, at now: UInt64, clock: SessionClock, ending: SessionEnding?,
    lostEvents: UInt64 = 0, earlier: Tally? = nil, endings: [UInt64: TaskEnding] = [:]
  ) {
    var follower = TaskFollower(of: memory)
    self.init(
      of: memory, at: now, clock: clock, ending: ending, lostEvents: lostEvents, earlier: earlier,
      endings: endings, following: &follower, isFollowed: false)
  }

  /// Reads the tables, of tasks only what has changed since the snapshot that was read before.
  ///
  /// - Parameters:
  ///   - follower: Keeps the tasks of the session.
  ///   - isFollowed: Whether it is kept for the next snapshot.
  init(
    of memory: RegionMemory, at now: UInt64, clock: SessionClock, ending: SessionEnding?,
    lostEvents: UInt64, earlier: Tally? = nil, endings: [UInt64: TaskEnding] = [:],
    following follower: inout TaskFollower, isFollowed: Bool = true
  ) {
    self.isFollowed = isFollowed
    self.endings = endings
    self.earlier = earlier
    other = nil
    let reader = RegionReader(memory: memory)
    self.memory = memory
    self.now = now
    self.clock = clock
    process = reader.process(ending: ending)
    follower.update(from: reader, at: now, isLast: !isFollowed)
    tasks = follower.tasks
    names = follower.names
    groups = follower.groups
    departures = follower.departures
    timerTable = TimerTable(of: memory, follower.timers)
    resources = reader.resources()
    loops = reader.loops()
    workers = reader.workers()
    totals = workers.reduce(into: Counters()) { $0.add($1.counters) }
    losses = reader.losses(events: lostEvents)
  }

  /// A snapshot with more in it than another.
  ///
  /// - Parameters:
  ///   - snapshot: That one.
  ///   - tables: Those of the tasks and groups; their numbers and slots are theirs.
  ///   - tasks: More tasks.
  ///   - groups: More groups.
  ///   - found: More resources.
  private init(
    _ snapshot: Snapshot, _ tables: OtherTables?, tasks: [TaskRecord]?, groups: [GroupRecord],
    found: [ResourceRecord]
  ) {
    now = snapshot.now
    clock = snapshot.clock
    process = snapshot.process
    self.tasks = tasks.map { snapshot.tasks.appending($0) } ?? snapshot.tasks
    self.groups = groups.isEmpty ? snapshot.groups : snapshot.groups + groups
    // Nobody says which of the other tasks are gone.
    departures = tasks == nil ? snapshot.departures : nil
    isFollowed = tasks == nil && snapshot.isFollowed
    timerTable = snapshot.timerTable
    resources = found.isEmpty ? snapshot.resources : snapshot.resources + found
    loops = snapshot.loops
    workers = snapshot.workers
    totals = snapshot.totals
    losses = snapshot.losses
    earlier = snapshot.earlier
    memory = snapshot.memory
    endings = snapshot.endings
    names = snapshot.names
    other = tables
  }

  /// This snapshot with tasks and groups of another one.
  func adding(_ tasks: [TaskRecord], _ groups: [GroupRecord], of other: Snapshot) -> Snapshot {
    Snapshot(self, OtherTables(other), tasks: tasks, groups: groups, found: [])
  }

  /// This snapshot with resources that the tables don't have.
  package func adding(_ found: [ResourceRecord]) -> Snapshot {
    found.isEmpty ? self : Snapshot(self, other, tasks: nil, groups: [], found: found)
  }

  /// What it has counted.
  public var tally: Tally { Tally(now: now, totals: totals, loops: loops) }

  /// A task's name as the app gave it, untrusted; empty if it has none or the slot is another
  /// task's by now.
  public func name(of task: TaskRecord) -> String { taskName(of: task).text }

  /// The same, as its bytes.
  public func taskName(of task: TaskRecord) -> TaskName {
    if task.isScanned { return other?.snapshot.taskName(of: task.inOwnTables) ?? TaskName() }
    if let position = position(of: task) { return TaskName(copy: names[position]) }
    return RegionReader(memory: memory).name(of: task).map(TaskName.init) ?? TaskName()
  }

  /// Where a task stands in `names`, which are in the order of slots as `tasks` are.
  private func position(of task: TaskRecord) -> Int? {
    guard !names.isEmpty, let position = tasks.position(inSlot: task.slot) else { return nil }
    return position < names.count && tasks[position].id == task.id ? position : nil
  }

  /// The position among `groups` of the one in a slot of the table of groups.
  public func groupPosition(inSlot slot: Int) -> Int? { groups.position(inSlot: slot) }

  /// The timer with this id; nil if it is not pending.
  public func timer(_ id: UInt64) -> TimerRecord? { timerTable.timer(id) }

  /// The position of a timer among `timers`.
  public func timerPosition(_ id: UInt64) -> Int? { timerTable.position(of: id) }

  /// How a task of the snapshot before ended; nil if it has not, or if its slot is another task's
  /// by now and nobody saw the event of its end.
  public func ending(of task: TaskRecord) -> TaskEnding? {
    // Of one that a scan has found, nobody sees the end.
    task.isScanned ? nil : endings[task.id] ?? RegionReader(memory: memory).ending(of: task)
  }

  /// When a task was first asked to stop, in ticks; nil if it was not, or its slot is another
  /// task's by now.
  public func cancelled(_ task: TaskRecord) -> UInt64? {
    task.isScanned
      ? nil
      : RegionReader(memory: memory).detail(of: task).flatMap {
        $0.cancelled == 0 ? nil : $0.cancelled
      }
  }

  /// What the tasks that were created at a site and have ended came to; nil for 0 and for a number
  /// that the region does not have.
  public func counts(of site: UInt32) -> SiteCounts? {
    RegionReader(memory: memory).counts(of: site)
  }

  /// The site of this number; nil for 0 and for a number that the region does not have.
  public func site(_ number: UInt32) -> Site? {
    if let number = OtherTables.own(number) { return other?.snapshot.site(number) }
    return RegionReader(memory: memory).site(number)
  }

  /// The async backtrace of this number; nil for 0 and for one that the region does not have.
  public func stack(_ number: UInt32) -> Backtrace? {
    if let number = OtherTables.own(number) { return other?.snapshot.stack(number) }
    return RegionReader(memory: memory).stack(number)
  }

  /// The executables and libraries in the app's memory, for finding what an address is.
  public var modules: [ModuleRecord] {
    RegionReader(memory: memory).modules()
  }
}

/// The name of a task, untrusted: a million of them are looked through without a string each.
public struct TaskName: Sendable {
  private let copy: tp_name

  /// No name.
  init() { copy = tp_name() }

  init(copy: tp_name) { self.copy = copy }

  /// Whether there is none.
  public var isEmpty: Bool { copy.text.0 == 0 }

  /// The name, with whatever is not UTF-8 replaced.
  public var text: String { isEmpty ? "" : copy.string }

  /// Looks at its bytes, up to its end.
  public func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    unsafe withUnsafeBytes(of: copy.text) { bytes in
      let text = unsafe bytes.bindMemory(to: UInt8.self)
      let end = unsafe text.firstIndex(of: 0) ?? text.count
      return unsafe body(UnsafeBufferPointer(rebasing: text[..<end]).span)
    }
  }
}

/// What a session does not show, so that nobody takes a part for the whole.
public struct Losses: Hashable, Sendable {
  /// Tasks that found no free slot.
  public var tasks: UInt64 = 0
  /// Groups that found no free slot.
  public var groups: UInt64 = 0
  /// Timers that found no free slot.
  public var timers: UInt64 = 0
  /// Resources that found no free slot.
  public var resources: UInt64 = 0
  /// Threads that found no worker, whose events are not in any ring.
  public var threads: UInt64 = 0
  /// Events that were overwritten before this session's observer read them.
  public var events: UInt64 = 0

  /// Nothing lost.
  public init() {}

  /// Whether anything is missing.
  public var isEmpty: Bool { self == Losses() }
}
