import CAsyncTopProbe
import AsyncTopLinux

/// A running process that is looked at, or the region file of one that has ended.
///
/// Looking costs the app nothing. Only while `isObserving`, the app's threads also write events to
/// their rings, and stop by themselves when the lease has not been renewed for two seconds.
public final class LiveSession {
  /// The region.
  public let memory: RegionMemory
  /// Whether each snapshot renews the lease under which the app writes events.
  public var isObserving = false
  /// Events that were overwritten before whoever follows the rings read them.
  public var lostEvents: UInt64 = 0
  /// Follows the polls of the task that is observed.
  var follower: PollFollower?
  private lazy var tasks = TaskFollower(of: memory)
  private let isOwn: Bool

  /// Attaches to a monitored process.
  public convenience init(_ process: MonitoredProcess) throws(RegionError) {
    try self.init(regionPath: process.regionPath)
  }

  /// Attaches to what a user named: a process id, the name of a process, or a region file.
  ///
  /// - Throws: Why the target can't be read, with what to do.
  public convenience init(target: String) throws(RegionError) {
    if let id = Int32(target) {
      try self.init(try MonitoredProcess(id: id))
    } else if target.contains("/"), !Self.isName(target) {
      try self.init(regionPath: target)
    } else {
      try self.init(try MonitoredProcess(name: target))
    }
  }

  /// Whether a name with a slash is that of a process, not of a file.
  private static func isName(_ target: String) -> Bool {
    (try? FileStatus(path: target)) == nil && (try? MonitoredProcess(name: target)) != nil
  }

  /// Opens a region file, or the region of a process by its path under `/proc`.
  public init(regionPath: String) throws(RegionError) {
    memory = try RegionMemory(path: regionPath)
    isOwn = false
  }

  /// Looks at this process itself, for a dashboard inside the app.
  ///
  /// Nil before the probe has started.
  public init?(ownProcess: Void) {
    let tables = unsafe tp_own_region()
    guard unsafe tables.header != nil else { return nil }
    memory = unsafe RegionMemory(
      tables: tables, keeping: OwnRegion(), observers: ObserversPage(ownProcess: ()))
    isOwn = true
  }

  /// The process's own region is never unmapped.
  private final class OwnRegion {}

  /// How the process has come to its end; nil while it runs and still has this region: not merely
  /// another process with its id, or another program in it.
  public var ending: SessionEnding? {
    if memory.wasCut { return .cutShort }
    if unsafe memory.header.pointee.state == TP_REGION_ENDED.rawValue {
      return unsafe memory.header.pointee.eject == UInt64(TP_EJECTED) ? .ejected : .exited
    }
    if isOwn { return nil }
    guard let process = memory.process else { return .exited }
    return process.ending
  }

  /// The address in the process of a function that turns the probe off; 0 if it is part of the
  /// program.
  ///
  /// Whoever writes the region can name any, so only its own process may call it.
  public var ejection: UInt64 {
    let function = unsafe memory.header.pointee.eject
    return function == UInt64(TP_EJECTED) ? 0 : function
  }

  /// The process's id for who looks, which in a container is another one; nil if it has ended, or
  /// for a process that looks at itself.
  public var processID: Int32? { isRunning ? memory.process?.id : nil }

  /// How long ago the probe began, in nanoseconds.
  public var age: UInt64 {
    let clock = clock
    return clock.nanoseconds(ticks -| clock.start.ticks)
  }

  /// Whether the process still runs.
  public var isRunning: Bool { ending == nil }

  /// The process now, without its tables.
  public var process: ProcessRecord { RegionReader(memory: memory).process(ending: ending) }

  /// The process's state now.
  ///
  /// For a process that has ended, the moment is its last sign of life.
  public func snapshot() -> Snapshot {
    let ending = ending
    let isRunning = ending == nil
    let clock = isRunning ? clock : clockAtEnd
    let now = isRunning ? ticks : lastSign
    if isRunning && isObserving {
      memory.observers?.raiseLease(to: now +| clock.ticks(.seconds(2)))
    }
    // What was read may be zeros in part, if the file was cut.
    let snapshot = Snapshot(
      of: memory, at: now, clock: clock, ending: ending, lostEvents: lostEvents, following: &tasks)
    guard memory.wasCut, ending != .cutShort else { return snapshot }
    return Snapshot(
      of: memory, at: now, clock: clock, ending: .cutShort, lostEvents: lostEvents)
  }

  var ticks: UInt64 {
    var tables = unsafe memory.tables
    return unsafe tp_now_of(&tables)
  }

  /// The clock of a process that runs: its rate is that from its start to now.
  var clock: SessionClock {
    var tables = unsafe memory.tables
    return unsafe clock(anchor: .init(ticks: ticks, nanoseconds: tp_monotonic_of(&tables)))
  }

  // The last anchor that the app left is all that is known of its clock's rate.
  private var clockAtEnd: SessionClock {
    let header = unsafe memory.header.pointee
    return clock(
      anchor: .init(ticks: header.anchor_ticks, nanoseconds: header.anchor_monotonic))
  }

  private func clock(anchor: SessionClock.Anchor) -> SessionClock {
    let header = unsafe memory.header.pointee
    return SessionClock(
      start: .init(ticks: header.start_ticks, nanoseconds: header.start_monotonic),
      anchor: anchor, startRealtime: header.start_realtime)
  }

  private var lastSign: UInt64 {
    let reader = RegionReader(memory: memory)
    let workers = reader.workers().map(\.taskSince)
    return max(
      reader.lastChange(), workers.max() ?? 0, unsafe memory.header.pointee.start_ticks)
  }
}
