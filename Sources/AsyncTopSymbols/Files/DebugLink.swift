/// What a stripped file says of the file that has its debug information (`.gnu_debuglink`).
struct DebugLink: Sendable, Equatable {
  /// The longest name of a file.
  private static let nameLimit = 256
  /// The largest file whose checksum is taken.
  private static let sizeLimit = 4 << 30

  /// The file's name, without a folder.
  let name: String
  /// The checksum of all of its bytes.
  let checksum: UInt32

  /// Nil if the file says nothing, or names what is not a file in a folder.
  init?(_ file: ELFFile) {
    guard let section = try? file.contents(ofSectionNamed: ".gnu_debuglink"),
      let length = section.lengthOfString(at: 0, limit: Self.nameLimit),
      let name = section.string(at: 0, limit: Self.nameLimit),
      !name.isEmpty, !name.contains("/"), name != ".", name != "..",
      let checksum = try? section.load(UInt32.self, at: (length + 4) & ~3)
    else { return nil }
    self.name = name
    self.checksum = checksum
  }

  /// Whether a file is the one that is meant; all of it is read.
  func matches(_ file: ELFFile) throws(SymbolicationError) -> Bool {
    guard file.contents.count <= Self.sizeLimit else { return false }
    return try Self.checksum(of: file.contents) == checksum
  }

  /// The cyclic redundancy check of zlib and PNG (polynomial 0xedb88320).
  static func checksum(of bytes: ByteView) throws(SymbolicationError) -> UInt32 {
    var value: UInt32 = .max
    var place = 0
    while place < bytes.count {
      let block = try bytes.block(holding: place)
      let end = min(bytes.count, block.start + block.bytes.count)
      for byte in block.bytes[place - block.start..<end - block.start] {
        value = value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)]
      }
      place = end
    }
    return ~value
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xedb8_8320
    }
  }
}
