/// Reads blocks, one at a time, and checks them.
@safe
final class BlockReader {
  /// What reading a block gives.
  @safe
  enum Result {
    /// The type and the payload, which stays valid until the next block is read.
    case block(type: UInt32, payload: UnsafeRawBufferPointer)
    /// The block is not all there.
    case incomplete
    /// What is there is no block.
    case damaged(String)
  }

  let source: BlockSource
  private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

  init(_ source: BlockSource) {
    self.source = source
  }

  deinit { unsafe buffer.deallocate() }

  /// Reads and checks the frame of a block, without its payload.
  func frame(at offset: UInt64) -> BlockFrame? {
    unsafe withUnsafeTemporaryAllocation(byteCount: BlockFrame.size, alignment: 8) { bytes in
      guard unsafe source.read(offset, into: bytes) else { return nil }
      return unsafe BlockFrame(bytes: UnsafeRawBufferPointer(bytes))
    }
  }

  /// Reads and checks a block.
  func read(at offset: UInt64) -> Result {
    guard let frame = frame(at: offset) else { return .incomplete }
    guard frame.length <= RecordingLimits.payload else {
      return .damaged("a block claims \(frame.length) bytes")
    }
    let length = Int(frame.length)
    if unsafe length > buffer.count {
      // Before there is memory for it, the block must be there.
      guard source.size - offset >= UInt64(length) else { return .incomplete }
      unsafe buffer.deallocate()
      unsafe buffer = .allocate(byteCount: length, alignment: 16)
    }
    let payload = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<length])
    guard unsafe source.read(offset + UInt64(BlockFrame.size), into: payload) else {
      return .incomplete
    }
    let bytes = UnsafeRawBufferPointer(payload)
    guard unsafe frame.matches(bytes) else {
      return .damaged("a block's checksum does not match")
    }
    return unsafe .block(type: frame.type, payload: bytes)
  }
}
