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
