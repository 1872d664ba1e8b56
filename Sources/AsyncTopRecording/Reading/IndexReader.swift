/// Reads the index at the end of a recording.
struct IndexReader {
  private let reader: BlockReader

  init(_ reader: BlockReader) {
    self.reader = reader
  }

  /// All blocks before the index, and its offset; nil if there is no good index.
  func read() -> (entries: [IndexEntry], offset: UInt64)? {
    let tailSize = UInt64(BlockFrame.size + 8)
    guard reader.source.size >= tailSize else { return nil }
    let end = reader.source.size - tailSize
    guard let offset = tail(at: end), offset < end,
      case .block(BlockType.index.rawValue, let payload) = reader.read(at: offset),
      offset + UInt64(BlockFrame.size + payload.count) == end
    else { return nil }
    var fields = unsafe PayloadReader(payload)
    let count = fields.bounded(RecordingLimits.indexEntries + 1)
    var entries: [IndexEntry] = []
    for _ in 0..<count {
      guard let entry = IndexEntry(from: &fields) else { return nil }
      entries.append(entry)
    }
    return (entries, offset)
  }

  private func tail(at offset: UInt64) -> UInt64? {
    guard case .block(BlockType.tail.rawValue, let payload) = reader.read(at: offset),
      payload.count == 8
    else { return nil }
    var fields = unsafe PayloadReader(payload)
    return fields.fixed64()
  }
}
