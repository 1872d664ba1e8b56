/// What the first part of a keyframe says before the tables.
struct KeyframeHead: Hashable {
  var kind: KeyframeKind
  /// The number of events, and of keyframes after a loss, up to and with this one.
  var position: UInt64
  /// The latest moment of those events.
  var ticks: UInt64
  /// Events that were lost before it.
  var lost: UInt64

  init(kind: KeyframeKind, position: UInt64, ticks: UInt64, lost: UInt64 = 0) {
    self.kind = kind
    self.position = position
    self.ticks = ticks
    self.lost = lost
  }

  init?(from reader: inout PayloadReader) {
    let kind = KeyframeKind(rawValue: reader.byte())
    position = reader.varint()
    ticks = reader.fixed64()
    lost = reader.varint()
    guard let kind, !reader.isDamaged else { return nil }
    self.kind = kind
  }

  func write(to payload: inout PayloadWriter) {
    payload.byte(kind.rawValue)
    payload.varint(position)
    payload.fixed64(ticks)
    payload.varint(lost)
  }
}
