/// Reads one value after the other from a `ByteView`.
struct ByteCursor {
  let bytes: ByteView
  private(set) var offset: Int

  init(_ bytes: ByteView, at offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
  }

  var remaining: Int { bytes.count - offset }
  var isAtEnd: Bool { offset >= bytes.count }

  /// Goes to a place in the view; its end counts as one.
  mutating func move(to place: UInt64) throws(SymbolicationError) {
    guard place <= UInt64(bytes.count) else { throw bytes.truncated(at: place) }
    offset = Int(place)
  }

  mutating func skip(_ count: UInt64) throws(SymbolicationError) {
    guard count <= UInt64(remaining) else { throw bytes.truncated(at: count) }
    offset += Int(count)
  }

  mutating func read<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type
  ) throws(SymbolicationError) -> Value {
    let value = try bytes.load(type, at: offset)
    offset += MemoryLayout<Value>.size
    return value
  }

  /// An unsigned number of 7 bits a byte; bits beyond the 64th are dropped.
  mutating func readULEB() throws(SymbolicationError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try read(UInt8.self)
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
  }

  /// A signed number of 7 bits a byte.
  mutating func readSLEB() throws(SymbolicationError) -> Int64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try read(UInt8.self)
      value |= UInt64(byte & 0x7f) << shift
      shift += 7
      guard byte & 0x80 == 0 else { continue }
      if byte & 0x40 != 0, shift < 64 { value |= ~0 << shift }
      return Int64(bitPattern: value)
    }
  }

  /// An offset or length: 4 bytes, or 8 in the 64-bit form of DWARF.
  mutating func readOffset(is64Bit: Bool) throws(SymbolicationError) -> UInt64 {
    is64Bit ? try read(UInt64.self) : UInt64(try read(UInt32.self))
  }

  /// The length at the head of a DWARF unit, and which form of DWARF it announces.
  mutating func readUnitLength() throws(SymbolicationError) -> (length: UInt64, is64Bit: Bool) {
    let first = try read(UInt32.self)
    guard first == .max else { return (UInt64(first), false) }
    return (try read(UInt64.self), true)
  }

  mutating func readString() throws(SymbolicationError) -> String {
    guard let length = bytes.lengthOfString(at: offset) else {
      throw bytes.truncated(at: UInt64(bytes.count))
    }
    defer { offset += length + 1 }
    return bytes.text(at: offset, length: length)
  }
}
