/// What a recording is read from, before it has said what it is of.
///
/// Through a pipe that may take a while, which whoever shows it need not wait for. For use by one
/// thread at a time.
public final class RecordingInput {
  /// What a recording says first.
  typealias Beginning = (version: UInt32, header: RecordingHeader, next: UInt64)

  let reader: BlockReader
  private let name: String

  /// Reads from a descriptor: a file, or a pipe, of which nothing else is read then.
  ///
  /// - Throws: Why it can't be read.
  public convenience init(descriptor: Int32) throws(RecordingError) {
    self.init(try BlockSource(descriptor: descriptor), name: "the input")
  }

  init(_ source: BlockSource, name: String) {
    reader = BlockReader(source)
    self.name = name
  }

  /// Takes what has come.
  ///
  /// - Returns: The recording, once it has said what it is of; nil before.
  /// - Throws: Why nothing of it can be played.
  public func recording() throws(RecordingError) -> Recording? {
    if let beginning = try beginning() { return Recording(reader, beginning) }
    try takeMore(wait: false)
    return try beginning().map { Recording(reader, $0) }
  }

  /// What the recording says first; this waits for it.
  ///
  /// - Throws: Why nothing of it can be played.
  func waitForBeginning() throws(RecordingError) -> Beginning {
    while true {
      if let beginning = try beginning() { return beginning }
      try takeMore(wait: true)
    }
  }

  private func takeMore(wait: Bool) throws(RecordingError) {
    let before = reader.source.size
    try reader.source.update(wait: wait)
    if reader.source.size == before && !reader.source.isOpenPipe {
      throw RecordingError(.notARecording, "\(name) ends before it says what was recorded")
    }
  }

  private func beginning() throws(RecordingError) -> Beginning? {
    let size = UInt64(BlockFrame.preambleSize)
    var preamble = [UInt8](repeating: 0, count: BlockFrame.preambleSize)
    guard unsafe preamble.withUnsafeMutableBytes({ unsafe reader.source.read(0, into: $0) }) else {
      return nil
    }
    guard preamble.starts(with: BlockFrame.magic) else {
      throw RecordingError(.notARecording, "\(name) is not a recording of asynctop")
    }
    let version = preamble[8..<12].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard BlockFrame.readable.contains(version) else {
      throw RecordingError(
        .otherVersion,
        "\(name) is a recording of version \(version), this asynctop reads versions up to"
          + " \(BlockFrame.version); use a newer asynctop")
    }
    switch reader.read(at: size) {
    case .block(let type, let payload):
      guard type == BlockType.header.rawValue, let header = unsafe RecordingHeader(payload) else {
        throw RecordingError(.damaged, "\(name) is damaged: it does not say what it recorded")
      }
      return (version, header, size + UInt64(BlockFrame.size + payload.count))
    case .damaged(let what): throw RecordingError(.damaged, "\(name) is damaged: \(what)")
    case .incomplete: return nil
    }
  }
}
