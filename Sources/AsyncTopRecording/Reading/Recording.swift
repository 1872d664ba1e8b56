public import AsyncTopBus

/// A recording that is read: what it holds, and where.
///
/// `Playback` shows it at any moment. It is not trusted: what is damaged is played up to there. For
/// use by one thread at a time.
public final class Recording {
  /// Why it can't be played to its end, if so.
  public internal(set) var damage: RecordingDamage?
  let header: RecordingHeader
  /// The version of the format that it is in.
  let version: UInt32
  let reader: BlockReader
  private(set) var contents: RecordingContents
  private var next: UInt64

  /// Opens a recording.
  ///
  /// - Throws: Why nothing of it can be played.
  public convenience init(path: String) throws(RecordingError) {
    let input = RecordingInput(try BlockSource(path: path), name: path)
    self.init(input.reader, try input.waitForBeginning())
  }

  /// Reads a recording from a descriptor: a file, or a pipe, of which nothing else is read then.
  ///
  /// From a pipe, this waits for the first block; `update` takes what comes later.
  public convenience init(descriptor: Int32) throws(RecordingError) {
    let input = try RecordingInput(descriptor: descriptor)
    self.init(input.reader, try input.waitForBeginning())
  }

  init(_ reader: BlockReader, _ beginning: RecordingInput.Beginning) {
    self.reader = reader
    (version, header, next) = beginning
    contents = RecordingContents(header.capacities, version: version)
    if !readIndex() {
      contents = RecordingContents(header.capacities, version: version)
      scan()
    }
  }

  /// Takes note of what was written since.
  ///
  /// - Returns: Whether there is more than before.
  @discardableResult
  public func update() throws(RecordingError) -> Bool {
    let before = next
    if canGrow { try readOn(wait: false) }
    return next > before
  }

  /// Waits for what comes through a pipe: all of it, or as much as reaches a moment.
  ///
  /// Of a file, there is only what is there.
  public func waitForMore(until moment: Duration? = nil) throws(RecordingError) {
    while canGrow, reader.source.isOpenPipe, !reaches(moment) { try readOn(wait: true) }
  }

  // Before the first keyframe there is nothing to show of any moment.
  private func reaches(_ moment: Duration?) -> Bool {
    guard let moment, !contents.keyframes.isEmpty else { return false }
    return duration >= moment
  }

  private var canGrow: Bool { !isComplete && (damage == nil || isCutOff) }

  private func readOn(wait: Bool) throws(RecordingError) {
    try reader.source.update(wait: wait)
    damage = nil
    isCutOff = false
    scan()
  }

  /// Whether nothing will be added: the recording was closed, or its pipe has ended.
  public private(set) var isComplete = false
  /// Whether more may come through a pipe.
  public var isOpenPipe: Bool { reader.source.isOpenPipe }
  private var isCutOff = false

  // Looks at every block from the last one known.
  private func scan() {
    while damage == nil && !isComplete {
      switch reader.read(at: next) {
      case .block(let type, let payload):
        if type == BlockType.tail.rawValue { isComplete = true }
        if let problem = unsafe contents.add(type, payload, at: next) { return stop(problem) }
        next += UInt64(BlockFrame.size + payload.count)
      case .damaged(let what): stop(what)
      case .incomplete:
        isComplete = reader.source.hasEnded
        // What comes through a pipe comes in pieces.
        guard next < reader.source.size, !isOpenPipe else { return }
        isCutOff = true
        return stop(
          isComplete
            ? "the pipe ended within a block: its writer was killed, or the connection was lost"
            : "the recording ends within a block: its writer was killed, or still writes")
      }
    }
  }

  private func stop(_ problem: String) {
    damage = RecordingDamage(offset: next, message: problem)
  }

  // Takes from the index what it can; false if there is none, or it contradicts itself.
  private func readIndex() -> Bool {
    guard let (entries, offset) = IndexReader(reader).read() else { return false }
    var position = UInt64(BlockFrame.preambleSize)
    for entry in entries {
      let problem: String?
      switch entry.detail {
      case .events(let head): problem = contents.add(head, at: position)
      case .keyframe(let head): problem = contents.add(head, at: position)
      case .none: problem = isKeyframePart(entry) ? nil : add(entry, at: position)
      }
      guard problem == nil else { return false }
      position += UInt64(BlockFrame.size) + UInt64(entry.length)
    }
    isComplete = position == offset
    return isComplete
  }

  private func isKeyframePart(_ entry: IndexEntry) -> Bool {
    entry.type == BlockType.keyframe.rawValue
  }

  private func add(_ entry: IndexEntry, at offset: UInt64) -> String? {
    guard BlockType(rawValue: entry.type) != nil else { return nil }
    guard case .block(let type, let payload) = reader.read(at: offset), type == entry.type
    else { return "a block is not what the index says" }
    return unsafe contents.add(type, payload, at: offset)
  }
}

extension Recording: AddressResolver {
  /// The source location of an address, if the recorder resolved it.
  public func location(of address: UInt64, isReturnAddress: Bool) -> SourceLocation? {
    locations(of: address, isReturnAddress: isReturnAddress).outstanding
  }

  /// The source locations of an address, if the recorder resolved it.
  public func locations(of address: UInt64, isReturnAddress: Bool) -> [SourceLocation] {
    contents.places[RecordedAddress(address, isReturnAddress: isReturnAddress)] ?? []
  }
}

extension Recording {
  /// How many events it has.
  ///
  /// A stretch of lost events counts as one.
  public var eventCount: UInt64 { contents.end }
  /// Events that were lost while it was made.
  public var lostEvents: UInt64 { contents.lost }
  /// What of its time is missing, in order.
  public var gaps: [RecordingGap] { contents.gaps }
  /// The labelled moments, in order.
  public var marks: [Mark] { contents.marks }
  /// Bytes read so far.
  public var size: UInt64 { reader.source.size }

  /// When it begins, in ticks; one without a keyframe shows nothing, for no time.
  public var startTicks: UInt64 {
    contents.keyframes.first?.head.ticks ?? contents.statuses.last?.ticks ?? header.startTicks
  }

  /// When it ends, in ticks: with the last event, or when the app was last seen to run.
  public var endTicks: UInt64 {
    max(startTicks, contents.endTicks, contents.statuses.last?.ticks ?? 0)
  }

  /// Why there is nothing to show at any moment of it; nil if there is something.
  public var emptiness: String? {
    guard contents.keyframes.isEmpty else { return nil }
    if !isComplete && damage == nil { return "nothing is recorded yet" }
    return "nothing was recorded: it ends before the first copy of the app's tables, because"
      + " recording was stopped or reached its size limit before, or could not keep up with the app"
  }

  /// How long it lasts.
  public var duration: Duration { clock.duration(endTicks -| startTicks) }

  /// Turns its ticks into time.
  public var clock: SessionClock {
    let start = SessionClock.Anchor(ticks: header.startTicks, nanoseconds: header.startMonotonic)
    let last = contents.statuses.last.map {
      SessionClock.Anchor(ticks: $0.ticks, nanoseconds: $0.monotonic)
    }
    return SessionClock(start: start, anchor: last ?? start, startRealtime: header.startRealtime)
  }

  /// How many events there are in each of so many equal stretches of its time.
  ///
  /// A block of events counts as spread evenly over its time; it is never longer than the writer's
  /// flush interval, unless nothing happened.
  public func density(stretches: Int) -> [Double] {
    var density = [Double](repeating: 0, count: max(0, stretches))
    guard stretches > 0 else { return density }
    let (start, length) = (startTicks, Double(endTicks -| startTicks) + 1)
    func place(_ ticks: UInt64) -> Double {
      Double(ticks -| start) / length * Double(stretches)
    }
    for case .events(let head, _) in contents.segments {
      let (from, to) = (place(head.begin), place(head.end))
      let (first, last) = (min(Int(from), stretches - 1), min(Int(to), stretches - 1))
      let width = to - from
      for index in first...last {
        let covered = min(to, Double(index + 1)) - max(from, Double(index))
        let share = first == last ? 1 : covered / width
        density[index] += Double(head.count) * share
      }
    }
    return density
  }
}

/// A labelled moment of a recording.
public struct Mark: Hashable, Sendable {
  /// How many events come before it.
  public let position: UInt64
  /// When, in ticks.
  public let ticks: UInt64
  /// What the app called it; untrusted.
  public let label: String

  /// Makes a mark.
  init(position: UInt64, ticks: UInt64, label: String) {
    self.position = position
    self.ticks = ticks
    self.label = label
  }

  init?(_ payload: UnsafeRawBufferPointer) {
    var reader = unsafe PayloadReader(payload)
    position = reader.varint()
    ticks = reader.fixed64()
    label = reader.text(limit: RecordingLimits.placeText)
    if reader.isDamaged { return nil }
  }

  func write(to payload: inout PayloadWriter) {
    payload.varint(position)
    payload.fixed64(ticks)
    payload.text(label, limit: RecordingLimits.placeText)
  }
}

/// Why a recording can't be played to its end.
public struct RecordingDamage: Hashable, Sendable, CustomStringConvertible {
  /// Where, in bytes from the beginning of the recording.
  public let offset: UInt64
  /// What is wrong.
  public let message: String

  /// What is wrong and where.
  public var description: String { "\(message) (at byte \(offset)); it is played up to there" }
}
