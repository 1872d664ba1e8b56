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
