/// What stands before each block's payload: type, length and checksum, four bytes each.
struct BlockFrame: Equatable {
  /// Bytes of a frame.
  static let size = 12
  /// What every recording begins with; then come the version and four zero bytes.
  static let magic: [UInt8] = Array("asyncrec".utf8)
  /// Bytes of the magic, the version and the zeros.
  static let preambleSize = 16
  /// The version that this module writes.
  static let version: UInt32 = 3
  /// The versions that it reads.
  static let readable: ClosedRange<UInt32> = 1...3

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

/// The types of blocks: four ASCII characters, the first in the low byte.
enum BlockType: UInt32 {
  /// What was recorded: once, first.
  case header = 0x4441_4548  // HEAD
  /// A part of the region's strings.
  case strings = 0x5352_5453  // STRS
  /// A part of the region's sites.
  case sites = 0x4554_4953  // SITE
  /// A part of the region's modules.
  case modules = 0x5344_4f4d  // MODS
  /// A part of the region's async backtraces.
  case stacks = 0x4b43_5453  // STCK
  /// Addresses with their source locations.
  case places = 0x4c42_4d53  // SMBL
  /// The clock, and what the app could not list.
  case status = 0x454d_4954  // TIME
  /// Events.
  case events = 0x544e_5645  // EVNT
  /// A part of a copy of the tables.
  case keyframe = 0x4659_454b  // KEYF
  /// What is not in it of a stretch of time.
  case gap = 0x5453_4f4c  // LOST
  /// A labelled moment.
  case mark = 0x4b52_414d  // MARK
  /// The types, sizes and moments of all blocks before it.
  case index = 0x5844_4e49  // INDX
  /// Where the index is: last.
  case tail = 0x4c49_4154  // TAIL
}

/// CRC-32C (Castagnoli; reflected, 0x82f63b78), eight bytes at a time.
struct Checksum {
  private var state: UInt32 = 0xffff_ffff

  /// The checksum of what was added.
  var value: UInt32 { ~state }

  // table[256 * k + b]: the effect of byte b followed by k zero bytes.
  private static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0x82f6_3b78 }
      table[byte] = value
    }
    for index in 256..<table.count {
      let before = table[index - 256]
      table[index] = before >> 8 ^ table[Int(before & 0xff)]
    }
    return table
  }()

  /// Adds bytes.
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var state = self.state
    var offset = 0
    unsafe Self.table.withUnsafeBufferPointer { table in
      while offset + 8 <= bytes.count {
        let word =
          unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
          ^ UInt64(state)
        var next: UInt32 = 0
        for byte in 0..<8 {
          next ^= unsafe table[(7 - byte) * 256 + Int(word >> (8 * UInt64(byte)) & 0xff)]
        }
        state = next
        offset += 8
      }
      while offset < bytes.count {
        state = unsafe state >> 8 ^ table[Int(UInt8(truncatingIfNeeded: state) ^ bytes[offset])]
        offset += 1
      }
    }
    self.state = state
  }
}
