/// What a block of events says before them.
struct EventBlockHead: Hashable {
  /// How many events, and keyframes after a loss, come before it.
  var position: UInt64
  /// How many events it has.
  var count: UInt64
  /// The moment from which its first event counts its distance.
  var begin: UInt64
  /// The latest moment of its events and all before.
  var end: UInt64

  init(position: UInt64, count: UInt64, begin: UInt64, end: UInt64) {
    self.position = position
    self.count = count
    self.begin = begin
    self.end = end
  }

  init?(from reader: inout PayloadReader) {
    position = reader.varint()
    count = UInt64(reader.bounded(RecordingLimits.eventsInBlock))
    begin = reader.fixed64()
    end = reader.fixed64()
    if reader.isDamaged || count == 0 || end < begin { return nil }
  }

  func write(to payload: inout PayloadWriter) {
    payload.varint(position)
    payload.varint(count)
    payload.fixed64(begin)
    payload.fixed64(end)
  }
}
