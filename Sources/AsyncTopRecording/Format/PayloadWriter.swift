/// Bytes that grow: the payload of a block being written.
@safe
struct PayloadWriter: ~Copyable {
  private var start: UnsafeMutableRawPointer
  private var capacity: Int
  /// Bytes written.
  private(set) var count = 0

  init(capacity: Int = 4096) {
    unsafe start = .allocate(byteCount: capacity, alignment: 16)
    self.capacity = capacity
  }

  deinit { unsafe start.deallocate() }

  /// What was written.
  var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: start, count: count) }

  /// Forgets what was written after a count.
  mutating func rewind(to count: Int) { self.count = count }

  @inline(__always)
  private mutating func reserve(_ extra: Int) {
    if count + extra > capacity { grow(extra) }
  }

  @inline(never)
  private mutating func grow(_ extra: Int) {
    let larger = max(capacity * 2, count + extra)
    let next = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
    unsafe next.copyMemory(from: start, byteCount: count)
    unsafe start.deallocate()
    unsafe start = unsafe next
    capacity = larger
  }

  /// Makes room for so many more bytes, which may then be written by `nextByte` and `nextVarint`.
  @inline(__always)
  mutating func makeRoom(for extra: Int) { reserve(extra) }

  /// As `byte`, where room was made.
  @inline(__always)
  mutating func nextByte(_ value: UInt8) {
    unsafe start.storeBytes(of: value, toByteOffset: count, as: UInt8.self)
    count += 1
  }

  /// As `varint`, where room was made: ten bytes at most.
  @inline(__always)
  mutating func nextVarint(_ value: UInt64) {
    var value = value
    var end = count
    while value >= 0x80 {
      unsafe start.storeBytes(
        of: UInt8(truncatingIfNeeded: value) | 0x80, toByteOffset: end, as: UInt8.self)
      value >>= 7
      end += 1
    }
    unsafe start.storeBytes(of: UInt8(truncatingIfNeeded: value), toByteOffset: end, as: UInt8.self)
    count = end + 1
  }

  @inline(__always)
  mutating func byte(_ value: UInt8) {
    reserve(1)
    unsafe start.storeBytes(of: value, toByteOffset: count, as: UInt8.self)
    count += 1
  }

  mutating func fixed32(_ value: UInt32) {
    reserve(4)
    unsafe start.storeBytes(of: value.littleEndian, toByteOffset: count, as: UInt32.self)
    count += 4
  }

  mutating func fixed64(_ value: UInt64) {
    reserve(8)
    unsafe start.storeBytes(of: value.littleEndian, toByteOffset: count, as: UInt64.self)
    count += 8
  }

  /// Overwrites four bytes that `fixed32` wrote at an offset.
  mutating func patch32(_ value: UInt32, at offset: Int) {
    precondition(offset + 4 <= count)
    unsafe start.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
  }

  /// Seven bits to a byte, the low ones first; the high bit of a byte says that another follows.
  @inline(__always)
  mutating func varint(_ value: UInt64) {
    reserve(10)
    nextVarint(value)
  }

  /// A difference, small whatever its sign.
  @inline(__always)
  mutating func signed(_ value: UInt64) { varint(Self.zigzag(value)) }

  @inline(__always)
  static func zigzag(_ value: UInt64) -> UInt64 {
    value << 1 ^ UInt64(bitPattern: Int64(bitPattern: value) >> 63)
  }

  mutating func raw(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    reserve(bytes.count)
    unsafe (start + count).copyMemory(from: source, byteCount: bytes.count)
    count += bytes.count
  }

  /// A string: its length in bytes, then UTF-8.
  mutating func text(_ text: String, limit: Int) {
    var cut = text.utf8.prefix(limit)
    while String(cut) == nil { cut.removeLast() }
    varint(UInt64(cut.count))
    for unit in cut { byte(unit) }
  }
}
