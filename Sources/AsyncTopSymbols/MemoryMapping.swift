import AsyncTopLinux

/// A line of `/proc/<pid>/maps` that maps a file.
struct MemoryMapping: Sendable, Equatable {
  private static let deletedMark = " (deleted)"
  /// The longest table of mappings that is read, in bytes.
  private static let sizeLimit = 4 << 20

  let range: Range<UInt64>
  let isExecutable: Bool
  /// The place in the file.
  let offset: UInt64
  /// The number of the file on its device.
  let node: UInt64
  /// The file's path; with ` (deleted)` behind it if no file of that name is it any more.
  let path: String

  init(range: Range<UInt64>, isExecutable: Bool, offset: UInt64, node: UInt64 = 0, path: String) {
    self.range = range
    self.isExecutable = isExecutable
    self.offset = offset
    self.node = node
    self.path = path
  }

  /// Reads `7f01-7f02 r-xp 00001000 08:01 42   /usr/lib/libc.so.6`; nil if no file is mapped.
  init?(_ line: Substring) {
    let fields = line.split(separator: " ", maxSplits: 5)
    guard fields.count == 6 else { return nil }
    let path = fields[5].drop { $0 == " " }
    guard path.first == "/" else { return nil }
    let bounds = fields[0].split(separator: "-")
    guard bounds.count == 2, let low = UInt64(bounds[0], radix: 16),
      let high = UInt64(bounds[1], radix: 16), low < high,
      let offset = UInt64(fields[2], radix: 16), let node = UInt64(fields[4])
    else { return nil }
    self.init(
      range: low..<high, isExecutable: fields[1].contains("x"), offset: offset, node: node,
      path: String(path))
  }

  /// All of a process.
  ///
  /// - Throws: When the process is gone, or belongs to somebody else.
  static func all(ofProcess id: Int32) throws(SymbolicationError) -> [MemoryMapping] {
    let path = "/proc/\(id)/maps"
    guard let text = ProcessFiles.contents(path, limit: sizeLimit), !text.isEmpty else {
      throw SymbolicationError(
        .cannotOpen, path: path, "the process is gone, or another user's")
    }
    return text.split(separator: "\n").compactMap { MemoryMapping($0) }
  }

  /// The path, whether or not another file has it now.
  var originalPath: String {
    path.hasSuffix(Self.deletedMark) ? String(path.dropLast(Self.deletedMark.count)) : path
  }

  /// Whether a file that was opened by its path is the one that is mapped.
  func maps(_ file: ELFFile) -> Bool {
    node != 0 && !path.hasSuffix(Self.deletedMark) && file.node == node
  }
}
