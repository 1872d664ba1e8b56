import Foundation

/// Recordings of version 1 that no recorder would write, byte by byte as the format's article says.
enum CraftedRecording {
  private static func varint(_ number: UInt64) -> [UInt8] {
    var (bytes, rest): ([UInt8], UInt64) = ([], number)
    while rest > 0x7f {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private static func fixed<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<MemoryLayout<Number>.size).map { UInt8(truncatingIfNeeded: number >> Number(8 * $0)) }
  }

  /// CRC-32C, bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = .max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 0 ? 0 : 0x82f6_3b78) }
    }
    return ~sum
  }

  private static func block(_ type: String, _ payload: [UInt8]) -> [UInt8] {
    let head = Array(type.utf8) + fixed(UInt32(payload.count))
    return head + fixed(checksum(head + payload)) + payload
  }

  private static func numbers(_ numbers: UInt64...) -> [UInt8] { numbers.flatMap(varint) }

  /// A task that waits and was created by code of a module whose file is at a path.
  static func module(at path: String) -> [UInt8] {
    var bytes = Array("asyncrec".utf8) + fixed(UInt32(1)) + fixed(UInt32(0))
    let times = fixed(UInt64(1000)) + fixed(UInt64(1000)) + fixed(UInt64(1_000_000_000))
    bytes += block(
      "HEAD",
      numbers(1024, 64, 64, 64, 8, 8, 64, 8192, 8, 0) + times + numbers(4711, 1, 1, 1, 208, 0, 0))
    bytes += block("STRS", varint(0) + [0] + Array(path.utf8) + [0])
    // Two words of kind, line and strings, four frames, two spare.
    let site = fixed(UInt64(2)) + fixed(UInt64(0)) + fixed(UInt64(0x401000))
    bytes += block("SITE", varint(1) + site + [UInt8](repeating: 0, count: 40))
    bytes += block(
      "MODS",
      varint(0) + fixed(UInt64(0)) + fixed(UInt64(0x1000)) + fixed(UInt64(0x7fff_ffff_ffff))
        + fixed(UInt32(1)) + fixed(UInt32(0)))
    // The task's hot words: id and since, then the worker's, then state and wait; its cold words:
    // created, and the site; no name.
    let task =
      varint(0) + varint(0b1100_0011) + numbers(1, 0, 0xffff << 48, 4) + varint(0b1001)
      + numbers(0, 1 << 32) + varint(0)
    let tables = [UInt8(0)] + fixed(UInt32(1)) + task
    bytes += block(
      "KEYF",
      fixed(UInt32(1)) + varint(0) + [1] + varint(0) + fixed(UInt64(2000)) + varint(0)
        + numbers(1, 0, 0, 0, 0, 0) + tables)
    return bytes
      + block(
        "TIME", fixed(UInt64(3000)) + fixed(UInt64(3000)) + numbers(1, 1, 0, 0, 0, 0, 0, 0))
  }
}
