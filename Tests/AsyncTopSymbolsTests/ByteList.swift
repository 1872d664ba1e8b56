/// Bytes as a linker or a compiler would write them.
struct ByteList {
  private(set) var bytes: [UInt8] = []

  var count: Int { bytes.count }

  mutating func append(_ more: [UInt8]) { bytes += more }

  mutating func append(_ value: some FixedWidthInteger) {
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func append(_ text: String) { bytes += Array(text.utf8) + [0] }

  mutating func appendULEB(_ value: UInt64) {
    var value = value
    while value > 0x7f {
      bytes.append(UInt8(value & 0x7f) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }
}
