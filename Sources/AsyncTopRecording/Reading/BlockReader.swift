import AsyncTopLinux

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

/// The bytes of a recording.
///
/// They are a file's, or what has come through a pipe so far, which is kept in a file without a
/// name. A file is read, not mapped: if somebody cuts it off meanwhile, reading ends early, and no
/// signal comes.
@safe
final class BlockSource {
  private let file: DataFile
  private let pipe: DataFile?
  /// Bytes that can be read.
  private(set) var size: UInt64 = 0
  /// Whether no more will come.
  private(set) var hasEnded = false
  /// Whether more may come through a pipe.
  var isOpenPipe: Bool { pipe != nil && !hasEnded }
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

  /// Opens a file, or a pipe by name.
  convenience init(path: String) throws(RecordingError) {
    let file: DataFile
    do {
      file = try DataFile(path: path)
    } catch {
      throw RecordingError(opening: path, error)
    }
    try self.init(file)
  }

  /// Reads from a descriptor, which stays the caller's and must stay open.
  convenience init(descriptor: Int32) throws(RecordingError) {
    try self.init(DataFile(borrowing: descriptor))
  }

  private init(_ input: DataFile) throws(RecordingError) {
    if input.isSeekable {
      (file, pipe) = (input, nil)
    } else {
      (file, pipe) = (try Self.openSpool(), input)
    }
    try update(wait: false)
  }

  deinit { unsafe buffer.deallocate() }

  private static func openSpool() throws(RecordingError) -> DataFile {
    var cause = Errno.noSuchFile
    for folder in [Program.environment("TMPDIR"), "/tmp", "/dev/shm"] {
      guard let folder else { continue }
      do {
        return try DataFile(temporaryIn: folder)
      } catch {
        cause = error
      }
    }
    throw RecordingError(spooling: cause)
  }

  /// Learns what has been written meanwhile; of what comes through a pipe, a piece.
  ///
  /// - Parameter wait: Whether to wait for bytes from a pipe.
  /// - Throws: Why it can't be read, or what was read can't be kept.
  func update(wait: Bool) throws(RecordingError) {
    guard let pipe else {
      do {
        size = try file.size
      } catch {
        throw RecordingError(reading: error)
      }
      return
    }
    var patience: Int32 = wait ? -1 : 0
    // Not for as long as something comes: whoever watches wants to see it.
    let enough = size + RecordingLimits.pipePiece
    while !hasEnded, size < enough, pipe.isReadable(within: patience) {
      patience = 0
      hasEnded = try readPiece(pipe) == 0
    }
  }

  private func readPiece(_ pipe: DataFile) throws(RecordingError) -> Int {
    let count: Int
    do {
      count = try unsafe pipe.read(into: buffer)
    } catch {
      throw RecordingError(reading: error)
    }
    guard size + UInt64(count) <= RecordingLimits.spool else {
      throw RecordingError(spooling: .fileTooLarge)
    }
    do {
      try unsafe file.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    } catch {
      throw RecordingError(spooling: error)
    }
    size += UInt64(count)
    return count
  }

  /// Reads exactly these bytes; false if they are not all there.
  func read(_ offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    guard offset <= size, UInt64(buffer.count) <= size - offset else { return false }
    return unsafe (try? file.read(at: offset, into: buffer)) == buffer.count
  }
}
