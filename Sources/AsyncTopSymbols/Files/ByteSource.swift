import AsyncTopLinux
import Synchronization

/// Bytes that are read block by block: a file, or what was unpacked from one.
///
/// A file stays where it is; blocks of it are copied when they are asked for, and a few are kept.
/// So nothing that happens to the file can hurt a reader. One that is cut or written while it is
/// read is an error from then on, since what was read no longer belongs together.
final class ByteSource: Sendable {
  /// A part that was copied.
  struct Block: Sendable {
    /// The place of its first byte.
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
