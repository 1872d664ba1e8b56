/// Writes the fields of an event.
struct EventFieldWriter: EventFieldCoder, ~Copyable {
  var payload: PayloadWriter
  /// Whether all fields of the event could be said so far.
  var isFit = true

  @inline(__always)
  mutating func known<Field: FixedWidthInteger>(_ field: inout Field, _ value: Field) {
    if field != value { isFit = false }
  }

  @inline(__always)
  mutating func byte(_ field: inout UInt8) { payload.byte(field) }

  @inline(__always)
  mutating func small(_ field: inout UInt64) { payload.varint(field) }

  @inline(__always)
  mutating func near(_ field: inout UInt64, _ value: UInt64) { payload.signed(field &- value) }

  @inline(__always)
  mutating func task(_ field: inout UInt64, polled: UInt64) {
    guard field != 0 else { return payload.byte(0) }
    let distance = PayloadWriter.zigzag(field &- polled)
    if distance == .max { isFit = false }
    payload.varint(distance &+ 1)
  }

  mutating func text(_ a: inout UInt64, _ b: inout UInt64) {
    let length = b == 0 ? 8 - a.leadingZeroBitCount / 8 : 16 - b.leadingZeroBitCount / 8
    payload.byte(UInt8(length))
    for index in 0..<length {
      let word = index < 8 ? a : b
      payload.byte(UInt8(truncatingIfNeeded: word >> (8 * UInt64(index % 8))))
    }
  }
}
