public import AsyncTopBus
import CAsyncTopProbe

/// A recording at a moment: a session that can be moved in time.
///
/// It has no clock. Whoever shows it says how much time has passed: `advance`. Moving costs about
/// the time to read a keyframe and then to replay the events up to the moment, at most some hundred
/// thousand unless the tables are large. For use by one thread at a time.
public final class Playback {
  /// What is played.
  public let recording: Recording
  /// The tables at the moment.
  public let memory: RegionMemory
  /// The moment, in ticks of the recording's clock.
  public private(set) var now: UInt64
  /// How fast `advance` moves.
  public var speed = PlaybackSpeed.normal
  /// Whether `advance` moves at all.
  public var isPlaying = false
  let region: PrivateRegion
  private var player: BlockPlayer
  private var segment = 0
  private var areaVersion = 0
  private var damageFound: (damage: RecordingDamage, position: UInt64)?
  private var goal = PlaybackGoal(position: 0)
  // What was counted a second before the moment; none while it is reached by playing.
  private var earlier: (now: UInt64, tally: Tally)?
  private var hasJumped = true

  /// Shows a recording at its beginning.
  ///
  /// - Throws: `noMemory` if there is no address space for its tables.
  public init(_ recording: Recording) throws(RecordingError) {
    self.recording = recording
    region = try PrivateRegion(recording.header.capacities)
    memory = unsafe RegionMemory(
      tables: region.tables.pointee, keeping: region)
    player = BlockPlayer(region: region)
    now = recording.startTicks
    unsafe recording.header.describe(region.header)
    move(to: PlaybackGoal(position: 0))
  }

  /// How many events led to the state: between 0 and the recording's `eventCount`.
  public var position: UInt64 { player.position }

  /// Why it can't be played to its end, if that is known.
  public var damage: RecordingDamage? { damageFound?.damage ?? recording.damage }

  /// The last event before the moment; nil at the beginning, and if nothing has happened since the
  /// keyframe that the state was taken from.
  public var event: RecordedEvent? {
    player.last.map { RecordedEvent($0, in: region) }
  }

  /// Shows the moment at which so many events have happened.
  public func seek(toPosition position: UInt64) {
    move(to: PlaybackGoal(position: position))
    now = max(player.ticks, recording.startTicks)
    finishMove()
    hasJumped = true
  }

  /// Shows a moment, after all events up to it.
  public func seek(toTicks ticks: UInt64) {
    play(toTicks: ticks)
    hasJumped = true
  }

  private func play(toTicks ticks: UInt64) {
    now = max(recording.startTicks, min(ticks, recording.endTicks))
    move(to: PlaybackGoal(ticks: now))
    finishMove()
  }

  /// Takes note of what was written since.
  ///
  /// A recording that had nothing to show yet is shown at its beginning as soon as it has one.
  ///
  /// - Returns: Whether there is more than before.
  /// - Throws: Why it can't be read.
  @discardableResult
  public func update() throws(RecordingError) -> Bool {
    guard try recording.update() else { return false }
    if now < recording.startTicks || !hasBegun { play(toTicks: recording.startTicks) }
    return true
  }

  /// Measures the polls of a task from now on, among the events that are played.
  func measurePolls(of task: UInt64) {
    player.meter = PollMeter(task: task, region: region)
  }

  /// The polls that were measured since the last call, in ticks.
  func takePolls() -> [UInt64] { player.meter?.take() ?? [] }

  private func finishMove() {
    copyAreas()
    let statuses = recording.contents.statuses
    let count = statuses.partitionPoint { $0.ticks > now }
    if let status = count > 0 ? statuses[count - 1] : statuses.first {
      unsafe status.describe(region.header)
    }
  }

  private func copyAreas() {
    guard areaVersion != recording.contents.areaVersion else { return }
    areaVersion = recording.contents.areaVersion
    for (area, bytes) in recording.contents.areas {
      unsafe bytes.withUnsafeBytes { source in
        let target = unsafe area.start(in: region.tables.pointee)
        unsafe UnsafeMutableRawBufferPointer(start: target, count: source.count)
          .copyMemory(from: source)
      }
      unsafe area.setUsed(UInt32(bytes.count / area.stride), in: region.header)
    }
  }

  private func move(to goal: PlaybackGoal) {
    self.goal = goal
    var goal = goal
    if let damageFound { goal.position = min(goal.position, damageFound.position) }
    restart(for: goal)
    while goOn(to: goal) {}
  }

  /// Plays every event up to a position that is not behind, with no leap to a keyframe.
  func play(toPosition position: UInt64) {
    let goal = PlaybackGoal(position: min(position, damageFound?.position ?? .max))
    while goOn(to: goal) {}
  }

  /// So few events are played though a keyframe is nearer, so that what they say is seen.
  private static let nearby: UInt64 = 1 << 16

  // Goes back, or forward over what need not be replayed, to a keyframe.
  private func restart(for goal: PlaybackGoal) {
    let keyframes = recording.contents.keyframes
    let isBehind = player.position > goal.position || player.ticks > goal.ticks
    // One before the last event, so that the event is known.
    var count = keyframes.partitionPoint {
      $0.head.ticks > goal.ticks || $0.head.position >= max(1, goal.position)
    }
    count = max(count, min(1, keyframes.count))
    while count > 0 {
      let keyframe = keyframes[count - 1]
      let isNearer = keyframe.head.position > player.position +| Self.nearby
      guard isBehind || isNearer || !hasBegun else { return }
      if fill(from: keyframes, upTo: count - 1) {
        segment = keyframe.segment
        hasBegun = true
        return
      }
      // An earlier keyframe leads to the same state.
      count -= 1
    }
  }

  private var hasBegun = false

  // Applies events until the goal or the end of a segment; false if there is no more to do.
  private func goOn(to goal: PlaybackGoal) -> Bool {
    guard hasBegun else { return false }
    if player.isOpen {
      switch player.run(to: goal) {
      case .goalReached: return false
      case .blockEnded: segment += 1
      case .damaged: return stop("an event is damaged")
      }
      return true
    }
    let segments = recording.contents.segments
    guard segment < segments.count, player.position < goal.position else { return false }
    switch segments[segment] {
    case .events(let head, let offset):
      guard head.begin <= goal.ticks else { return false }
      if hasGap(at: head.position) { player.forgetBeginnings() }
      guard case .block(BlockType.events.rawValue, let payload) = recording.reader.read(at: offset),
        unsafe player.open(head, payload)
      else { return stop("a block of events is damaged") }
    case .jump(let head, let offset):
      guard head.ticks <= goal.ticks else { return false }
      guard fill(from: offset, expecting: head) else {
        _ = stop("a keyframe is damaged")
        move(to: goal)
        return false
      }
      segment += 1
    }
    return true
  }

  private func hasGap(at position: UInt64) -> Bool {
    let gaps = recording.contents.gaps
    let index = gaps.partitionPoint { $0.position >= position }
    return index < gaps.count && gaps[index].position == position
  }

  // Nothing behind the damage is played from now on.
  private func stop(_ message: String) -> Bool {
    let segments = recording.contents.segments
    var offset: UInt64 = 0
    if segment < segments.count {
      switch segments[segment] {
      case .events(_, let start), .jump(_, let start): offset = start
      }
    }
    let reason =
      region.isFull
      ? "its tables would take more than \(RecordingLimits.tableBytes >> 20) MiB of memory"
      : message
    damageFound = (RecordingDamage(offset: offset, message: reason), player.position)
    return false
  }

  // A keyframe that holds differences only needs those before it, from the last whole one on.
  private func fill(from keyframes: [RecordedKeyframe], upTo last: Int) -> Bool {
    let first = keyframes[...last].lastIndex { !$0.head.kind.isPartial } ?? 0
    for keyframe in keyframes[first...last] {
      guard fill(from: keyframe.offset, expecting: keyframe.head) else { return false }
    }
    return true
  }

  private func fill(from offset: UInt64, expecting head: KeyframeHead) -> Bool {
    var decoder = KeyframeDecoder(region, version: recording.version)
    var offset = offset
    while !decoder.isComplete {
      guard
        case .block(BlockType.keyframe.rawValue, let payload) = recording.reader.read(at: offset),
        unsafe decoder.add(payload), decoder.head == head
      else {
        // What was filled in is the state of no moment.
        for table in TableKind.allCases { region.setHigh(of: table, to: 0) }
        hasBegun = false
        return false
      }
      offset += UInt64(BlockFrame.size + payload.count)
    }
    player.jump(to: head)
    return true
  }

  // The rates of a moment are the same however one came there, so what was counted a second before
  // is looked up, unless time passed from there to here and whoever watches has counted it.
  private func tallyBefore() -> Tally? {
    if let earlier, earlier.now == now { return earlier.tally }
    earlier = nil
    guard hasJumped else { return nil }
    hasJumped = false
    let moment = max(recording.startTicks, now -| recording.clock.ticks(.seconds(1)))
    guard moment < now else { return nil }
    let (goal, endings) = (goal, player.endings)
    move(to: PlaybackGoal(ticks: moment))
    let tally = Tally(of: memory, at: moment)
    move(to: goal)
    player.endings = endings
    earlier = (now, tally)
    return tally
  }

  /// Moves by time that has passed for whoever watches, if it plays.
  ///
  /// At the end of a recording that is complete, it stops playing.
  public func advance(by elapsed: Duration) {
    guard isPlaying else { return }
    play(toTicks: now +| recording.clock.ticks(elapsed * speed.factor))
    guard now >= recording.endTicks && recording.isComplete else { return }
    isPlaying = false
    // From now on no time passes from which rates could be told.
    hasJumped = true
  }
}

extension Playback: Session {
  /// The state at the moment, with the ends of tasks since the last snapshot, as far as the events
  /// between them were played.
  public func snapshot() -> Snapshot {
    let hasEnded = unsafe memory.header.pointee.state == TP_REGION_ENDED.rawValue
    let earlier = tallyBefore()
    defer { player.endings = [:] }
    return Snapshot(
      of: memory, at: now, clock: recording.clock, ending: hasEnded ? .exited : nil,
      lostEvents: lostEvents, earlier: earlier, endings: player.endings)
  }
}

extension Playback {
  /// How long the recording has been going on at the moment.
  public var time: Duration { recording.clock.duration(now -| recording.startTicks) }

  /// How long the recording is.
  public var duration: Duration { recording.duration }

  /// Events that were lost before the moment.
  public var lostEvents: UInt64 {
    let keyframes = recording.contents.keyframes.reduce(0) { sum, keyframe in
      keyframe.head.position <= position ? sum +| keyframe.head.lost : sum
    }
    return recording.gaps.reduce(keyframes) { sum, gap in
      gap.isLoss && gap.position <= position ? sum +| gap.count : sum
    }
  }

  /// What is missing at the moment: from its start until the tables were right again, what is shown
  /// may be out of date.
  public var gap: RecordingGap? {
    recording.gaps.last { $0.start < now && now < ($0.settled ?? .max) }
  }

  /// Shows the moment this long after the beginning, or the beginning or end if there is none.
  public func seek(to time: Duration) {
    // The end exactly: ticks that are made of a duration are rounded.
    let isInside = time < duration
    seek(
      toTicks: isInside
        ? recording.startTicks +| recording.clock.ticks(time) : recording.endTicks)
  }

  /// Shows the moment at a fraction of the recording's length.
  ///
  /// - Parameter fraction: From 0, the beginning, to 1, the end.
  public func seek(toFraction fraction: Double) {
    let length = Double(recording.endTicks -| recording.startTicks)
    let ticks = (length * max(0, min(fraction, 1))).rounded()
    seek(toTicks: recording.startTicks +| (UInt64(exactly: ticks) ?? .max))
  }

  /// Moves by events.
  ///
  /// - Parameter count: Forward; back if it is negative.
  public func step(by count: Int) {
    let target =
      count < 0
      ? position -| UInt64(count.magnitude)
      : min(recording.eventCount, position +| UInt64(count))
    seek(toPosition: target)
  }

  /// Shows the moment right after a mark.
  public func seek(to mark: Mark) { seek(toPosition: mark.position +| 1) }

  /// The first mark after the moment.
  public var nextMark: Mark? { recording.marks.first { $0.position >= position } }

  /// The last mark before the one that is shown, or before the moment.
  public var previousMark: Mark? { recording.marks.last { $0.position +| 1 < position } }
}
