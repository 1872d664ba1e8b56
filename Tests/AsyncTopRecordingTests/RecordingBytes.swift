@testable import AsyncTopRecording

/// The bytes of a recording, for tests that damage them.
struct RecordingBytes {
  var bytes: [UInt8]

  /// Where each block begins, and where the last one ends.
  var boundaries: [Int] {
    var offsets: [Int] = []
    var offset = BlockFrame.preambleSize
    while offset + BlockFrame.size <= bytes.count {
      offsets.append(offset)
      offset += BlockFrame.size + length(at: offset)
    }
    return offsets + [offset]
  }

  private func length(at offset: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[offset + 4 + $1]) << (8 * $1) }
  }

  /// The type of the block that begins at an offset.
  func type(at offset: Int) -> BlockType? {
    BlockType(rawValue: (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * $1) })
  }

  /// Makes the checksum right of the block that begins at an offset.
  mutating func seal(_ offset: Int) {
    let end = offset + BlockFrame.size + length(at: offset)
    guard end <= bytes.count, let type = type(at: offset) else { return }
    let frame = unsafe bytes[(offset + BlockFrame.size)..<end].withUnsafeBytes {
      unsafe BlockFrame(type: type.rawValue, payload: $0)
    }
    for byte in 0..<4 {
      bytes[offset + 8 + byte] = UInt8(truncatingIfNeeded: frame.checksum >> (8 * UInt32(byte)))
    }
  }
}
