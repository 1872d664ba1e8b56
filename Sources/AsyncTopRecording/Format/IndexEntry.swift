/// A block as the index knows it.
struct IndexEntry: Hashable {
  /// What can be known of a block without reading it.
  enum Detail: Hashable {
    /// Nothing: whoever needs it reads it.
    case none
    case events(EventBlockHead)
    /// The first part of a keyframe.
    case keyframe(KeyframeHead)
  }

  /// A `BlockType`, or one of a later writer.
  var type: UInt32
  /// Bytes of the payload.
  var length: UInt32
  var detail: Detail

  init(type: UInt32, length: UInt32, detail: Detail) {
    self.type = type
    self.length = length
    self.detail = detail
  }

  init?(from reader: inout PayloadReader) {
    type = reader.fixed32()
    length = UInt32(reader.bounded(RecordingLimits.payload))
    detail = .none
    switch reader.byte() {
    case 0: break
    case 1:
      guard let head = EventBlockHead(from: &reader) else { return nil }
      detail = .events(head)
    case 2:
      guard let head = KeyframeHead(from: &reader) else { return nil }
      detail = .keyframe(head)
    default: return nil
    }
    if reader.isDamaged { return nil }
  }

  func write(to payload: inout PayloadWriter) {
    payload.fixed32(type)
    payload.varint(UInt64(length))
    switch detail {
    case .none: payload.byte(0)
    case .events(let head):
      payload.byte(1)
      head.write(to: &payload)
    case .keyframe(let head):
      payload.byte(2)
      head.write(to: &payload)
    }
  }
}

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
