import AsyncTopLinux

/// Writes blocks to a descriptor, each as a whole: what fails is cut off again, where that is
/// possible.
final class BlockOutput {
  /// Bytes written.
  private(set) var position: UInt64 = 0
  private let file: DataFile
  private let limit: UInt64
  /// Bytes that must stay free for the index.
  private var reserve: UInt64 = 256
  private(set) var index: [IndexEntry] = []
  private var buffer = PayloadWriter(capacity: 1 << 17)
  private var failure: RecordingError?
  private let isAskedToEnd: () -> Bool

  /// Tenths of a second in which a pipe must take something when the end is asked for.
  private static let patience = 5

  /// Writes to a descriptor that stays the caller's.
  ///
  /// - Parameters:
  ///   - descriptor: Where.
  ///   - limit: The most bytes.
  ///   - isAskedToEnd: Whether a pipe that takes no more shall not be waited for any longer.
  init(_ descriptor: Int32, limit: UInt64?, isAskedToEnd: @escaping () -> Bool = { false }) {
    file = DataFile(borrowing: descriptor)
    self.isAskedToEnd = isAskedToEnd
    self.limit = limit ?? .max
  }

  /// Writes what every recording begins with.
  func writePreamble() throws(RecordingError) {
    buffer.rewind(to: 0)
    for byte in BlockFrame.magic { buffer.byte(byte) }
    buffer.fixed32(BlockFrame.version)
    buffer.fixed32(0)
    try writeBuffer()
  }

  /// Writes a block and remembers it for the index.
  ///
  /// - Throws: `sizeLimit` if there would be no room for the index after it. Nothing was written
  ///   then, and the recording can be finished.
  func write(
    _ type: BlockType, _ payload: UnsafeRawBufferPointer, detail: IndexEntry.Detail = .none
  ) throws(RecordingError) {
    let size = UInt64(BlockFrame.size + payload.count)
    guard position + size + reserve + 48 <= limit else {
      throw RecordingError(.sizeLimit, "the recording has its greatest size, \(limit) bytes")
    }
    try unsafe writeBlock(type, payload)
    reserve += 48
    if index.count <= RecordingLimits.indexEntries {
      index.append(
        IndexEntry(type: type.rawValue, length: UInt32(payload.count), detail: detail))
    }
  }

  func write(
    _ type: BlockType, _ payload: borrowing PayloadWriter, detail: IndexEntry.Detail = .none
  ) throws(RecordingError) {
    try unsafe write(type, payload.bytes, detail: detail)
  }

  /// Writes the index and the tail.
  func writeIndex() throws(RecordingError) {
    guard index.count <= RecordingLimits.indexEntries else { return }
    var payload = PayloadWriter()
    payload.varint(UInt64(index.count))
    for entry in index { entry.write(to: &payload) }
    guard payload.count <= RecordingLimits.payload else { return }
    let start = position
    try unsafe writeBlock(.index, payload.bytes)
    payload.rewind(to: 0)
    payload.fixed64(start)
    try unsafe writeBlock(.tail, payload.bytes)
  }

  private func writeBlock(
    _ type: BlockType, _ payload: UnsafeRawBufferPointer
  ) throws(RecordingError) {
    let frame = unsafe BlockFrame(type: type.rawValue, payload: payload)
    buffer.rewind(to: 0)
    buffer.fixed32(frame.type)
    buffer.fixed32(frame.length)
    buffer.fixed32(frame.checksum)
    unsafe buffer.raw(payload)
    try writeBuffer()
  }

  // What was written of a block that fails is taken back; a pipe can't, and its reader finds the
  // block cut.
  private func writeBuffer() throws(RecordingError) {
    if let failure { throw failure }
    do {
      try unsafe file.write(buffer.bytes) { $0 >= Self.patience && isAskedToEnd() }
    } catch {
      file.cut(to: position)
      let failure = RecordingError(writing: error)
      self.failure = failure
      throw failure
    }
    position += UInt64(buffer.count)
  }
}
