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
  /// The place of an address, if the recorder resolved it.
  public func place(of address: UInt64, isReturnAddress: Bool) -> Place? {
    places(of: address, isReturnAddress: isReturnAddress).outstanding
  }

  /// The places of an address, if the recorder resolved it.
  public func places(of address: UInt64, isReturnAddress: Bool) -> [Place] {
    contents.places[RecordedAddress(address, isReturnAddress: isReturnAddress)] ?? []
  }
}
