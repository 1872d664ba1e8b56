/// What stands before each block's payload: type, length and checksum, four bytes each.
struct BlockFrame: Equatable {
  /// Bytes of a frame.
  static let size = 12
  /// What every recording begins with; then come the version and four zero bytes.
  static let magic: [UInt8] = Array("asyncrec".utf8)
  /// Bytes of the magic, the version and the zeros.
  static let preambleSize = 16
  /// The version that this module writes.
  static let version: UInt32 = 2
  /// The versions that it reads.
  static let readable: ClosedRange<UInt32> = 1...2

  var type: UInt32
  var length: UInt32
  var checksum: UInt32

  /// The frame of a payload.
  init(type: UInt32, payload: UnsafeRawBufferPointer) {
    self.type = type
    length = UInt32(payload.count)
    checksum = unsafe Self.checksum(type: type, payload: payload)
  }

  /// Reads a frame of 12 bytes.
  init(bytes: UnsafeRawBufferPointer) {
    type = unsafe bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self).littleEndian
    length = unsafe bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self).littleEndian
    checksum = unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self).littleEndian
  }

  /// Whether this is the payload that the frame was made for.
  func matches(_ payload: UnsafeRawBufferPointer) -> Bool {
    unsafe payload.count == Int(length)
      && checksum == Self.checksum(type: type, payload: payload)
  }

  private static func checksum(type: UInt32, payload: UnsafeRawBufferPointer) -> UInt32 {
    var checksum = Checksum()
    var head = (type.littleEndian, UInt32(payload.count).littleEndian)
    unsafe withUnsafeBytes(of: &head) { unsafe checksum.add($0) }
    unsafe checksum.add(payload)
    return checksum.value
  }
}
