public import AsyncTopBus
import AsyncTopLinux
import CAsyncTopProbe

/// Records a live region.
///
/// Its owner calls `step` again and again, after `pause`. What happens between two steps is
/// collected by a thread of its own, if there is one, else it waits in the rings of the app's
/// threads. When more happens than there is room for, the recording says how much is lost, and goes
/// on. Owners of a pipe ignore `SIGPIPE`, so that a reader that goes away is an error and not the
/// end.
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
  private let validator: RegionValidator
  private let queue: EventQueue
  private let drain: RingDrain
  private let repair: TableRepair
  private let options: RecordingOptions
  private let places: LocationFollower?
  private var areas: [AreaFollower]
  // Decides which events are in the tables already: the last copy of the live ones.
  private var copy: TableCopy
  private var hasBegun = false
  private var isDrainedApart = false
  private var isFinished = false
  /// Whether it was closed because more would not have fitted into its greatest size.
  public private(set) var hasReachedLimit = false
  private var appHasEnded = false
  private var lost: UInt64 = 0
  private var omission = EventOmission()
  private var invalid: UInt64 = 0
  private var flushNext: UInt64 = 0
  private var statusNext: UInt64 = 0
  /// A moment up to which events were taken, on both clocks.
  private var collected: (ticks: UInt64, monotonic: UInt64)

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
    validator = RegionValidator(region)
    queue = try EventQueue(capacity: options.bufferedEvents)
    repair = try unsafe TableRepair(live.tables, of: region)
    output = BlockOutput(descriptor, limit: options.maximumSize, isAskedToEnd: isAskedToEnd)
    composer = try RecordingComposer(header, region: region, to: output)
    let lease = unsafe ObserverLease(observers, of: live.tables)
    drain = unsafe RingDrain(
      live.tables, lease: lease, queue: queue, ringTime: options.ringTime)
    copy = unsafe TableCopy(of: live.tables, to: region)
    collected = (lease.now, lease.monotonic)
    places = resolver.map(LocationFollower.init)
    areas = RegionArea.allCases.map { unsafe AreaFollower($0, of: live.tables) }
  }

  deinit { drain.stop() }

  /// Collects what happens on a thread of its own from now on, so that nothing is lost while a step
  /// takes long, or comes late.
  ///
  /// - Throws: Why there is no thread. The recording can be made without it.
  public func drainApart() throws(RecordingError) {
    begin()
    do throws(Errno) {
      try drain.start()
      isDrainedApart = true
    } catch {
      throw RecordingError(.noMemory, "no thread can be started to record: \(error)", cause: error)
    }
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
      omittedEvents: omission.total, invalidEvents: invalid + composer.invalid,
      bytes: output.position, keyframes: composer.keyframes)
  }

  /// How long to wait before the next step, in milliseconds.
  public private(set) var pause: Int32 = 5

  /// Records what has happened since the last step.
  ///
  /// - Returns: Whether there may be more to come.
  /// - Throws: Why nothing more can be written. What was written before can be played.
  public func step() throws(RecordingError) -> RecordingProgress {
    guard !isFinished else { return .sizeLimitReached }
    let hasEnded = unsafe live.header.pointee.state == TP_REGION_ENDED.rawValue
    // The last round comes after the end.
    if hasEnded { endDraining() }
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
    endDraining()
    guard !isFinished, try step() != .sizeLimitReached else { return }
    do throws(RecordingError) {
      for index in areas.indices { try areas[index].copy(to: region, output, all: true) }
      try places?.resolve(atMost: .max, of: region, output)
      try settle()
      try writeStatus()
    } catch {
      guard error.code == .sizeLimit else { throw error }
      hasReachedLimit = true
    }
    try close()
  }

  private func endDraining() {
    drain.stop()
    isDrainedApart = false
  }

  private func close() throws(RecordingError) {
    endDraining()
    isFinished = true
    try output.writeIndex()
  }

  private func begin() {
    guard !hasBegun else { return }
    hasBegun = true
    drain.begin()
  }

  private func record() throws(RecordingError) {
    begin()
    if composer.isEmpty { try writeBeginning() }
    if !isDrainedApart {
      drain.round()
      pause = drain.fill > 1 / 8 ? 0 : drain.fill > 1 / 32 ? 1 : 5
    }
    let batches = queue.take()
    if !batches.isEmpty { try copyAreas() }
    for batch in batches {
      try write(batch)
      queue.free(batch)
      try writeWhatIsDue()
    }
    repair.beginIfDue(queue, pause: drain.lease.ticks(of: .milliseconds(100)))
    try writeWhatIsDue()
  }

  // Copies the tables, and brings the copy up to date with what happened meanwhile.
  private func writeBeginning() throws(RecordingError) {
    copy.copy()
    var moment: UInt64 = 0
    while moment < copy.end {
      if !isDrainedApart { drain.round() }
      for batch in queue.take() {
        noteCollected(batch)
        moment = batch.until
        var merge = EventMerge(batch, of: queue, counted: copy.counted)
        // Applying to the copy fails for nobody.
        unsafe merge.run { event, worker, isCounted in
          guard let kind = unsafe valid(event.pointee, worker) else { return }
          unsafe copy.apply(event.pointee, kind, worker: worker, isCounted: isCounted)
        }
        for gap in batch.gaps { lost +|= gap.count }
        if !batch.gaps.isEmpty { repair.noteLoss() }
        queue.free(batch)
      }
      if moment < copy.end { BackgroundThread.pause(microseconds: 100) }
    }
    try copyAreas()
    // Without the clock's rate, no moment of the keyframe could be told.
    try writeStatus()
    let now = drain.lease.now
    flushNext = now +| drain.lease.ticks(of: options.flushInterval)
    statusNext = now +| drain.lease.ticks(of: .seconds(1))
    try composer.begin(at: moment)
  }

  private func noteCollected(_ batch: EventBatch) {
    if let clock = batch.clock { collected = clock }
  }

  private func write(_ batch: EventBatch) throws(RecordingError) {
    if !batch.gaps.isEmpty { try write(batch.gaps) }
    omission.choose(use: queue.use)
    let level = omission.level
    var omitted: UInt64 = 0
    var merge = EventMerge(batch, of: queue)
    let (copy, copyEnd) = (copy, copy.end)
    try composer.add(&merge) { event, kind in
      if event.ticks <= copyEnd && copy.contains(event, kind) { return false }
      if level.omits(kind) {
        omitted += 1
        return false
      }
      // Of use only beside the live tables.
      if kind == .taskEnded { event.b = 0 }
      return true
    }
    if repair.wants(batch) {
      var merge = EventMerge(batch, of: queue, counted: repair.counted)
      unsafe merge.run { event, worker, isCounted in
        guard let kind = unsafe valid(event.pointee, worker) else { return }
        unsafe repair.apply(event.pointee, kind, worker: worker, isCounted: isCounted)
      }
    }
    if let gap = omission.add(omitted, from: collected.ticks, to: batch.until) {
      repair.noteOmission()
      try composer.note(gap)
    }
    noteCollected(batch)
    if let (slots, copy) = repair.finish(at: batch.until) {
      self.copy = copy
      try composer.repair(slots, at: batch.until)
    }
  }

  private func write(_ gaps: [EventGap]) throws(RecordingError) {
    repair.noteLoss()
    for gap in gaps {
      lost +|= gap.count
      try composer.note(
        RecordingGap(
          kind: gap.worker == nil ? .unasked : .lost, position: composer.position,
          start: gap.from, end: gap.to, count: gap.count,
          workers: gap.worker.map { [$0] } ?? []))
    }
  }

  // What was lost last is repaired before the end.
  private func settle() throws(RecordingError) {
    for _ in 0..<Self.lastRepairs where repair.isNeeded {
      repair.beginIfDue(queue, pause: nil)
      drain.round()
      for batch in queue.take() {
        try write(batch)
        queue.free(batch)
      }
    }
  }

  private static let lastRepairs = 8

  @inline(__always)
  private func valid(_ event: tp_event, _ worker: UInt16) -> EventKind? {
    guard let kind = EventKind(rawValue: event.kind),
      validator.accepts(event, of: kind, worker: worker),
      region.makeRoom(for: event, kind)
    else {
      invalid += 1
      return nil
    }
    return kind
  }

  private func copyAreas() throws(RecordingError) {
    for index in areas.indices { try areas[index].copy(to: region, output) }
  }

  private func writeWhatIsDue() throws(RecordingError) {
    let now = drain.lease.now
    if now >= flushNext {
      flushNext = now +| drain.lease.ticks(of: options.flushInterval)
      try places?.resolve(atMost: 64, of: region, output)
      try composer.flush()
    }
    if now >= statusNext {
      statusNext = now +| drain.lease.ticks(of: .seconds(1))
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
