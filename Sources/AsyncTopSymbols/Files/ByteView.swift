import AsyncTopLinux
import Synchronization

/// A part of a file, or of what was unpacked from it, which checks every access against its bounds.
struct ByteView: Sendable {
  private let source: ByteSource
  private let start: Int
  /// How many bytes the part has.
  let count: Int

  /// The whole of a source.
  init(_ source: ByteSource) {
    self.source = source
    self.start = 0
    self.count = source.count
  }

  private init(source: ByteSource, start: Int, count: Int) {
    self.source = source
    self.start = start
    self.count = count
  }

  /// Where the bytes came from.
  var path: String { source.path }

  /// A part of this part.
  func part(at offset: UInt64, count: UInt64) throws(SymbolicationError) -> ByteView {
    guard offset <= UInt64(self.count), count <= UInt64(self.count) - offset else {
      throw truncated(at: offset)
    }
    return ByteView(source: source, start: start + Int(offset), count: Int(count))
  }

  /// The block that holds the byte at `offset`, its position counted from the part's first byte.
  func block(holding offset: Int) throws(SymbolicationError) -> ByteSource.Block {
    guard offset >= 0, offset < count else { throw truncated(at: UInt64(max(0, offset))) }
    let block = try source.block(holding: start + offset)
    return ByteSource.Block(start: block.start - start, bytes: block.bytes)
  }

  /// An integer in the file's byte order (little endian), wherever it lies.
  func load<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, at offset: Int
  ) throws(SymbolicationError) -> Value {
    var cursor = ByteCursor(self)
    try cursor.move(to: UInt64(max(0, offset)))
    return try cursor.read(type)
  }

  /// How many bytes there are from `offset` to the next NUL, which is among the first `limit`;
  /// nil if there is none.
  func lengthOfString(at offset: Int, limit: Int) -> Int? {
    guard offset >= 0, offset < count else { return nil }
    let end = offset + min(count - offset, limit)
    var position = offset
    while position < end, let block = try? block(holding: position) {
      let blockEnd = min(end, block.start + block.bytes.count)
      let part = block.bytes[position - block.start..<blockEnd - block.start]
      if let found = part.firstIndex(of: 0) { return block.start + found - offset }
      position = blockEnd
    }
    return nil
  }

  /// The text from `offset` to the next NUL, which is among the first `limit` bytes, else nil.
  ///
  /// Bytes that aren't UTF-8 are replaced.
  func string(at offset: Int, limit: Int) -> String? {
    guard let length = lengthOfString(at: offset, limit: limit),
      let bytes = try? bytes(at: offset, count: length)
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether the text at `offset` is this one.
  func holds(_ text: String, at offset: Int) -> Bool {
    guard lengthOfString(at: offset, limit: text.utf8.count + 1) == text.utf8.count else {
      return false
    }
    return (try? bytes(at: offset, count: text.utf8.count)).map { $0 == Array(text.utf8) } ?? false
  }

  /// A copy of some bytes.
  func bytes(at offset: Int, count: Int) throws(SymbolicationError) -> [UInt8] {
    guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else {
      throw truncated(at: UInt64(max(0, offset)))
    }
    var bytes: [UInt8] = []
    while bytes.count < count {
      let position = offset + bytes.count
      let block = try block(holding: position)
      let end = min(block.bytes.count, position - block.start + count - bytes.count)
      bytes += block.bytes[position - block.start..<end]
    }
    return bytes
  }

  /// The error of whoever needed a byte that isn't there.
  func truncated(at offset: UInt64) -> SymbolicationError {
    SymbolicationError(.truncated, path: path, "data ends before byte \(UInt64(start) &+ offset)")
  }
}

/// Bytes that are read block by block: a file, or what was unpacked from one.
///
/// A file stays where it is; blocks of it are copied when they are asked for, and a few are kept.
/// So nothing that happens to the file can hurt a reader. One that is cut or written while it is
/// read is an error from then on, since what was read no longer belongs together.
final class ByteSource: Sendable {
  /// A part that was copied.
  struct Block: Sendable {
    /// The position of its first byte.
    let start: Int
    let bytes: [UInt8]
  }

  private enum Storage: Sendable {
    case file(RegularFile)
    case memory(Block)
  }

  /// How many bytes of a file are copied at once.
  static let blockSize = 65_536
  /// How many blocks of a file are kept.
  static let blockLimit = 16

  /// Where the bytes came from.
  let path: String
  /// How many there are.
  let count: Int
  private let storage: Storage
  /// The blocks in the order in which they were read.
  private let blocks = Mutex<[Block]>([])

  /// Opens a file.
  init(path: String) throws(SymbolicationError) {
    let file: RegularFile
    do { file = try RegularFile(path: path) } catch .invalidArgument {
      throw SymbolicationError(.cannotOpen, path: path, "this is not a regular file")
    } catch {
      throw SymbolicationError(.cannotOpen, path: path, "opening it failed: \(error)")
    }
    self.path = path
    count = Int(clamping: file.size)
    storage = .file(file)
  }

  /// Takes bytes that came from a file.
  init(_ bytes: [UInt8], path: String) {
    self.path = path
    count = bytes.count
    storage = .memory(Block(start: 0, bytes: bytes))
  }

  /// The number of the file on its device; nil for what was unpacked.
  var node: UInt64? {
    if case .file(let file) = storage { file.node } else { nil }
  }

  /// The block that holds a byte inside of the source.
  func block(holding offset: Int) throws(SymbolicationError) -> Block {
    switch storage {
    case .memory(let block):
      return block
    case .file(let file):
      let start = offset & ~(Self.blockSize - 1)
      let known = blocks.withLock { $0.first { $0.start == start } }
      if let known { return known }
      let block = try read(file, from: start)
      blocks.withLock {
        if $0.count >= Self.blockLimit { $0.removeFirst() }
        $0.append(block)
      }
      return block
    }
  }

  private func read(_ file: RegularFile, from start: Int) throws(SymbolicationError) -> Block {
    let size = min(Self.blockSize, count - start)
    var bytes = [UInt8](repeating: 0, count: size)
    let length: Int
    do {
      length = try unsafe bytes.withUnsafeMutableBytes { (buffer) throws(Errno) in
        unsafe try file.read(at: UInt64(start), into: buffer)
      }
    } catch {
      throw SymbolicationError(.cannotOpen, path: path, "reading it failed: \(error)")
    }
    guard length == size, file.isUnchanged else {
      throw SymbolicationError(.changed, path: path, "it was changed while it was read")
    }
    return Block(start: start, bytes: bytes)
  }
}
