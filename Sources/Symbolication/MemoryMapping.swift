/// A line of `/proc/<pid>/maps` that maps a file.
struct MemoryMapping: Sendable, Equatable {
  let range: Range<UInt64>
  let isExecutable: Bool
  /// The place in the file.
  let offset: UInt64
  let path: String

  init(range: Range<UInt64>, isExecutable: Bool, offset: UInt64, path: String) {
    self.range = range
    self.isExecutable = isExecutable
    self.offset = offset
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
      let offset = UInt64(fields[2], radix: 16)
    else { return nil }
    self.init(
      range: low..<high, isExecutable: fields[1].contains("x"), offset: offset,
      path: String(path))
  }
}
