public import AsyncTopBus
import CAsyncTopProbe

/// Records a live region.
///
/// It has no thread of its own: its owner calls `step` again and again, after `pause`. A ring holds
/// some 16,000 events of its thread; when the owner is late, the recording says how many were lost
/// and goes on. Owners of a pipe ignore `SIGPIPE`, so that a reader that goes away is an error and
/// not the end.
///
/// ```swift
/// let writer = try RecordingWriter(to: descriptor, region: session.memory)
/// while try writer.step() == .recording { wait for writer.pause milliseconds }
/// try writer.finish()
/// ```
@safe
public final class RecordingWriter {
  private let live: RegionMemory
  private let region: PrivateRegion
  private let output: BlockOutput
  private let composer: RecordingComposer
  private let drain: RegionDrain
  private let lease: ObserverLease
  private let options: RecordingOptions
  private let places: LocationFollower?
  private var areas: [AreaFollower]
  private var isAttached = false
  private var isFinished = false
  /// Whether it was closed because more would not have fitted into its greatest size.
  public private(set) var hasReachedLimit = false
  private var appHasEnded = false
  private var lost: UInt64 = 0
  private var attachAgain: UInt64 = 0
  private var flushNext: UInt64 = 0
  private var statusNext: UInt64 = 0
  /// A moment before the last events were collected, on both clocks.
  private var collected: (ticks: UInt64, monotonic: UInt64) = (0, 0)

  /// Begins a recording.
  ///
  /// - Parameters:
  ///   - descriptor: A file, empty and opened for writing, or a pipe or socket. It stays the
  ///     caller's.
  ///   - live: The region of a process that may be asked for events.
  ///   - options: Limits.
  ///   - isAskedToEnd: Whether a pipe that takes no more shall not be waited for any longer.
  ///   - resolver: Turns addresses of the app into source locations, which are recorded too.
  /// - Throws: Why nothing can be recorded.
  public init(
    to descriptor: Int32, region live: RegionMemory,
    options: RecordingOptions = RecordingOptions(),
    isAskedToEnd: @escaping () -> Bool = { false },
    resolver: (any AddressResolver)? = nil
  ) throws(RecordingError) {
    let observers = try Self.check(live, options)
    var header = unsafe RecordingHeader(live.header.pointee)
    header.capacities = unsafe TableCapacities(live.tables)
    self.live = live
    self.options = options
    region = try PrivateRegion(header.capacities)
    output = BlockOutput(descriptor, limit: options.maximumSize, isAskedToEnd: isAskedToEnd)
    composer = try RecordingComposer(header, region: region, to: output)
    drain = unsafe RegionDrain(live.tables, copyingTo: region)
    lease = unsafe ObserverLease(observers, of: live.tables)
    places = resolver.map(LocationFollower.init)
    areas = RegionArea.allCases.map { unsafe AreaFollower($0, of: live.tables) }
  }

  /// Finds out whether a region can be recorded, before a file is opened or replaced for it.
  ///
  /// - Returns: Where the process is asked for events.
  /// - Throws: Why it can't.
  @discardableResult
  public static func check(
    _ live: RegionMemory, _ options: RecordingOptions = RecordingOptions()
  ) throws(RecordingError) -> ObserversPage {
    if let limit = options.maximumSize, limit < RecordingLimits.smallestSize {
      throw RecordingError(
        .sizeLimit,
        "a recording of at most \(limit) bytes would hold nothing; allow it at least"
          + " \(RecordingLimits.smallestSize)")
    }
    guard let observers = live.observers else {
      throw RecordingError(
        .readOnlyRegion,
        "the process can be looked at but not recorded: it has no page by which this user can ask"
          + " it for events; record it as the user that it runs as, or as root")
    }
    guard unsafe TableCapacities(live.tables).isAcceptable else {
      throw RecordingError(
        .badRegion, "the region's tables are larger than any that can be recorded")
    }
    return observers
  }

  /// What is recorded so far.
  public var statistics: RecordingStatistics {
    RecordingStatistics(
      events: isFinished ? composer.writtenPosition : composer.position, lostEvents: lost,
      invalidEvents: drain.invalid,
      bytes: output.position, keyframes: composer.keyframes)
  }

  /// How long to wait before the next step, in milliseconds: the shorter the faster the rings fill,
  /// so that none is overtaken.
  public var pause: Int32 {
    !isAttached ? 5 : drain.fill > 1 / 8 ? 0 : drain.fill > 1 / 32 ? 1 : 5
  }

  /// Records what has happened since the last step.
  ///
  /// - Returns: Whether there may be more to come.
  /// - Throws: Why nothing more can be written. What was written before can be played.
  public func step() throws(RecordingError) -> RecordingProgress {
    guard !isFinished else { return .sizeLimitReached }
    let hasEnded = unsafe live.header.pointee.state == TP_REGION_ENDED.rawValue
    do throws(RecordingError) {
      try record()
    } catch {
      guard error.code == .sizeLimit else { throw error }
      hasReachedLimit = true
      try close()
      return .sizeLimitReached
    }
    return hasEnded ? .appEnded : .recording
  }

  /// Records what is left and closes the recording with its index.
  ///
  /// - Parameter appHasEnded: The process is gone; one that was killed could not say so itself.
  /// - Throws: Why it can't be written. It can be played nevertheless.
  public func finish(appHasEnded: Bool = false) throws(RecordingError) {
    self.appHasEnded = appHasEnded
    guard !isFinished, try step() != .sizeLimitReached else { return }
    do throws(RecordingError) {
      for index in areas.indices { try areas[index].copy(to: region, output, all: true) }
      try places?.resolve(atMost: .max, of: region, output)
      try writeStatus()
    } catch {
      guard error.code == .sizeLimit else { throw error }
      hasReachedLimit = true
    }
    try close()
  }

  private func close() throws(RecordingError) {
    isFinished = true
    try output.writeIndex()
  }

  private func record() throws(RecordingError) {
    // While the lease is not held, the app changes its tables and tells nobody.
    if !lease.isHeld { isAttached = false }
    lease.renew()
    // What is collected comes up to this moment at least.
    collected = (lease.now, lease.monotonic)
    if isAttached && !drain.collect() { isAttached = false }
    let now = lease.now
    if !isAttached {
      guard now >= attachAgain else { return }
      // Copying tables again and again would only make the app's lead greater.
      attachAgain = now +| lease.ticks(of: .milliseconds(250))
      guard let (moment, missed) = drain.attach() else { return }
      isAttached = true
      lost +|= missed
      try copyAreas()
      // Without the clock's rate, no moment of the keyframe could be told.
      try writeStatus()
      try composer.jump(lost: missed, at: moment)
    } else {
      try copyAreas()
      try drain.pass { event, kind, worker throws(RecordingError) in
        try composer.add(event, kind, worker: worker)
      }
    }
    try writeWhatIsDue(now)
  }

  private func copyAreas() throws(RecordingError) {
    for index in areas.indices { try areas[index].copy(to: region, output) }
  }

  private func writeWhatIsDue(_ now: UInt64) throws(RecordingError) {
    if now >= flushNext {
      flushNext = now +| lease.ticks(of: options.flushInterval)
      try places?.resolve(atMost: 64, of: region, output)
      try composer.flush()
    }
    if now >= statusNext {
      statusNext = now +| lease.ticks(of: .seconds(1))
      try writeStatus()
    }
  }

  // A recording lasts up to its last status, wherever it is cut off: so what happened before the
  // moment that it names is written before it.
  private func writeStatus() throws(RecordingError) {
    try composer.flush()
    var status = unsafe SessionStatus(
      live.header.pointee, ticks: collected.ticks, monotonic: collected.monotonic)
    if appHasEnded { status.state = TP_REGION_ENDED.rawValue }
    var payload = PayloadWriter()
    status.write(to: &payload)
    try output.write(.status, payload)
  }
}

/// How a recording is written.
public struct RecordingOptions: Hashable, Sendable {
  /// The most bytes that the recording may have; nil for no limit.
  ///
  /// It is closed properly before it. Less than 4096 is refused: nothing would be in it.
  public var maximumSize: UInt64?
  /// How long an event may wait in memory before it is written.
  public var flushInterval: Duration

  /// Makes options.
  public init(maximumSize: UInt64? = nil, flushInterval: Duration = .milliseconds(250)) {
    self.maximumSize = maximumSize
    self.flushInterval = flushInterval
  }
}

/// How a recording goes on.
public enum RecordingProgress: Hashable, Sendable {
  /// There may be more to come.
  case recording
  /// The app has ended, and all its events are written.
  case appEnded
  /// The recording has its greatest size and is closed.
  case sizeLimitReached
}

/// What a recording holds so far.
public struct RecordingStatistics: Hashable, Sendable {
  /// Events written; while it goes on, also those gathered to be written.
  public var events: UInt64 = 0
  /// Events that were overwritten before they were read, or left out while the tables were copied
  /// anew.
  public var lostEvents: UInt64 = 0
  /// Events that made no sense and were left out.
  public var invalidEvents: UInt64 = 0
  /// Bytes written.
  public var bytes: UInt64 = 0
  /// Copies of the tables written.
  public var keyframes: UInt64 = 0
}

/// The lease under which an app writes events: while the clock is below it.
@safe
struct ObserverLease {
  private let page: ObserversPage
  private let live: tp_region
  private let start: (ticks: UInt64, nanoseconds: UInt64)

  init(_ page: ObserversPage, of live: tp_region) {
    self.page = page
    unsafe self.live = unsafe live
    start = unsafe (live.header.pointee.start_ticks, live.header.pointee.start_monotonic)
  }

  /// The region's clock.
  var now: UInt64 {
    var live = unsafe live
    return unsafe tp_now_of(&live)
  }

  /// `CLOCK_MONOTONIC` as the app reads it.
  var monotonic: UInt64 {
    var live = unsafe live
    return unsafe tp_monotonic_of(&live)
  }

  /// Whether the app writes events at the moment.
  var isHeld: Bool { now < page.lease }

  /// Renews it for two seconds.
  func renew() { page.raiseLease(to: now +| ticks(of: .seconds(2))) }

  /// A duration in ticks of the region's clock, at the rate since the app started.
  func ticks(of duration: Duration) -> UInt64 {
    let (ticks, nanoseconds) = (now -| start.ticks, monotonic -| start.nanoseconds)
    let rate = nanoseconds > 0 && ticks > 0 ? Double(ticks) / Double(nanoseconds) : 1
    let (seconds, attoseconds) = duration.components
    let length = Double(seconds) * 1e9 + Double(attoseconds) / 1e9
    return UInt64(max(0, min(length * rate, 1e18)))
  }
}
