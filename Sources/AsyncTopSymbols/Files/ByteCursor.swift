/// Reads one value after the other from a `ByteView`.
struct ByteCursor {
  /// The longest text that is read.
  static let textLimit = 65_536

  let bytes: ByteView
  private(set) var offset: Int
  /// What was read last, for the values that follow.
  private var block = ByteSource.Block(start: 0, bytes: [])

  init(_ bytes: ByteView, at offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
  }

  var remaining: Int { bytes.count - offset }
  var isAtEnd: Bool { offset >= bytes.count }

  /// Goes to a position in the view; its end counts as one.
  mutating func move(to position: UInt64) throws(SymbolicationError) {
    guard position <= UInt64(bytes.count) else { throw bytes.truncated(at: position) }
    offset = Int(position)
  }

  mutating func skip(_ count: UInt64) throws(SymbolicationError) {
    guard count <= UInt64(remaining) else { throw bytes.truncated(at: count) }
    offset += Int(count)
  }

  /// An integer in the file's byte order.
  mutating func read<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type
  ) throws(SymbolicationError) -> Value {
    let size = MemoryLayout<Value>.size
    guard offset >= 0, size <= remaining else { throw bytes.truncated(at: UInt64(max(0, offset))) }
    let position = offset - block.start
    guard position >= 0, position <= block.bytes.count - size else { return try readSlowly(type) }
    offset += size
    let value = unsafe block.bytes.withUnsafeBytes {
      unsafe $0.loadUnaligned(fromByteOffset: position, as: type)
    }
    return Value(littleEndian: value)
  }

  /// An integer outside of the current block, or across its end.
  private mutating func readSlowly<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type
  ) throws(SymbolicationError) -> Value {
    var value: Value = 0
    for index in 0..<MemoryLayout<Value>.size {
      value |= Value(truncatingIfNeeded: try readByte()) << Value(8 * index)
    }
    return value
  }

  mutating func readByte() throws(SymbolicationError) -> UInt8 {
    let position = offset - block.start
    guard block.bytes.indices.contains(position), offset < bytes.count else {
      block = try bytes.block(holding: offset)
      defer { offset += 1 }
      return block.bytes[offset - block.start]
    }
    offset += 1
    return block.bytes[position]
  }

  /// An unsigned number of 7 bits a byte; bits beyond the 64th are dropped.
  mutating func readULEB() throws(SymbolicationError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try readByte()
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
      let byte = try readByte()
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

  /// Goes behind the next NUL.
  ///
  /// - Returns: How many bytes are before it.
  mutating func skipString() throws(SymbolicationError) -> Int {
    guard let length = bytes.lengthOfString(at: offset, limit: Self.textLimit) else {
      throw bytes.truncated(at: UInt64(bytes.count))
    }
    offset += length + 1
    return length
  }
}
