/// Reads a block's payload.
///
/// What is missing or impossible makes `isDamaged` true and reads as zero.
@safe
struct PayloadReader {
  private let start: UnsafePointer<UInt8>
  private let end: Int
  /// Bytes read.
  private(set) var offset = 0
  /// Whether something could not be read.
  private(set) var isDamaged = false

  /// Reads bytes that must stay valid while this reader is used.
  init(_ bytes: UnsafeRawBufferPointer) {
    // Of nothing, nothing is read.
    let nothing = unsafe UnsafePointer<UInt8>(bitPattern: 1).unsafelyUnwrapped
    unsafe start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? nothing
    end = unsafe bytes.baseAddress == nil ? 0 : bytes.count
  }

  /// Whether everything was read.
  var isAtEnd: Bool { offset >= end }
  /// Bytes not yet read.
  var remaining: Int { end - offset }

  /// Says that what was read makes no sense.
  mutating func fail() {
    isDamaged = true
    offset = end
  }

  @inline(__always)
  mutating func byte() -> UInt8 {
    guard offset < end else {
      fail()
      return 0
    }
    let value = unsafe start[offset]
    offset += 1
    return value
  }

  mutating func fixed32() -> UInt32 {
    var value: UInt32 = 0
    for shift in 0..<4 { value |= UInt32(byte()) << (8 * UInt32(shift)) }
    return value
  }

  mutating func fixed64() -> UInt64 {
    let low = fixed32()
    return UInt64(low) | UInt64(fixed32()) << 32
  }

  @inline(__always)
  mutating func varint() -> UInt64 {
    let first = byte()
    return first < 0x80 ? UInt64(first) : longVarint(first)
  }

  @inline(__always)
  private mutating func longVarint(_ first: UInt8) -> UInt64 {
    var value = UInt64(first & 0x7f)
    var shift: UInt64 = 7
    while true {
      let next = byte()
      value |= UInt64(next & 0x7f) << shift
      if next < 0x80 {
        if shift == 63 && next > 1 { fail() }
        return value
      }
      shift += 7
      if shift > 63 {
        fail()
        return 0
      }
    }
  }

  @inline(__always)
  mutating func signed() -> UInt64 {
    let value = varint()
    return value >> 1 ^ (0 &- (value & 1))
  }

  /// A varint that must not be above a limit.
  mutating func bounded(_ limit: Int) -> Int {
    let value = varint()
    guard value <= UInt64(limit) else {
      fail()
      return 0
    }
    return Int(value)
  }

  /// A varint that must fit.
  mutating func varint32() -> UInt32 { UInt32(bounded(Int(UInt32.max))) }

  mutating func raw(_ count: Int) -> UnsafeRawBufferPointer {
    guard count > 0, count <= remaining else {
      if count != 0 { fail() }
      return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    }
    let bytes = unsafe UnsafeRawBufferPointer(start: start + offset, count: count)
    offset += count
    return unsafe bytes
  }

  /// A string: its length in bytes, then UTF-8; what is not UTF-8 is replaced.
  mutating func text(limit: Int) -> String {
    let length = bounded(limit)
    return unsafe String(decoding: raw(length), as: UTF8.self)
  }
}
