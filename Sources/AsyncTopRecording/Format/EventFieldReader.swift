/// Reads the fields of an event.
struct EventFieldReader: EventFieldCoder, ~Copyable {
  var payload: PayloadReader

  @inline(__always)
  mutating func known<Field: FixedWidthInteger>(_ field: inout Field, _ value: Field) {
    field = value
  }

  @inline(__always)
  mutating func byte(_ field: inout UInt8) { field = payload.byte() }

  @inline(__always)
  mutating func small(_ field: inout UInt64) { field = payload.varint() }

  @inline(__always)
  mutating func near(_ field: inout UInt64, _ value: UInt64) { field = value &+ payload.signed() }

  @inline(__always)
  mutating func task(_ field: inout UInt64, polled: UInt64) {
    let code = payload.varint()
    guard code != 0 else {
      field = 0
      return
    }
    let distance = code - 1
    field = polled &+ (distance >> 1 ^ (0 &- (distance & 1)))
  }

  mutating func text(_ a: inout UInt64, _ b: inout UInt64) {
    a = 0
    b = 0
    let length = payload.byte()
    guard length <= 16 else { return payload.fail() }
    for index in 0..<UInt64(length) {
      let byte = UInt64(payload.byte()) << (8 * (index % 8))
      if index < 8 { a |= byte } else { b |= byte }
    }
  }
}
