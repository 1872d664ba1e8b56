/// A part of a process's address space, as `/proc/<pid>/maps` lists it.
public struct MemoryArea: Hashable, Sendable {
  /// What is behind it.
  public enum Kind: Hashable, Sendable {
    /// Nothing but memory: a heap, a stack of a thread, what a program asked for.
    case anonymous
    /// A file that is not a device.
    case file
    /// A device, or something that the kernel provides.
    case other
  }

  /// Its addresses.
  public let range: Range<UInt64>
  /// Whether the process may read it.
  public let isReadable: Bool
  /// Whether the process may write it.
  public let isWritable: Bool
  /// Whether the process may run it.
  public let isExecutable: Bool
  /// Whether it shares what is in it with other processes.
  public let isShared: Bool
  /// What is behind it.
  public let kind: Kind

  /// Describes an area.
  public init(
    range: Range<UInt64>, isReadable: Bool = true, isWritable: Bool = true,
    isExecutable: Bool = false, isShared: Bool = false, kind: Kind = .anonymous
  ) {
    self.range = range
    self.isReadable = isReadable
    self.isWritable = isWritable
    self.isExecutable = isExecutable
    self.isShared = isShared
    self.kind = kind
  }

  /// Reads `7f01000-7f02000 rw-p 00000000 00:00 0    [heap]`; nil for anything else.
  public init?(line: some Collection<UInt8>) {
    let fields = line.split(separator: 0x20, maxSplits: 5)
    guard fields.count >= 5 else { return nil }
    let bounds = fields[0].split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard bounds.count == 2, let low = Self.number(bounds[0]), let high = Self.number(bounds[1]),
      low < high, fields[1].count == 4
    else { return nil }
    let permissions = Array(fields[1])
    let path = fields.count == 6 ? Array(fields[5].drop { $0 == 0x20 }) : []
    self.init(
      range: low..<high, isReadable: permissions[0] == UInt8(ascii: "r"),
      isWritable: permissions[1] == UInt8(ascii: "w"),
      isExecutable: permissions[2] == UInt8(ascii: "x"),
      isShared: permissions[3] == UInt8(ascii: "s"), kind: Self.kind(of: path))
  }

  private static func number(_ digits: some Collection<UInt8>) -> UInt64? {
    UInt64(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  private static func kind(of path: [UInt8]) -> Kind {
    let text = String(decoding: path.prefix(8), as: UTF8.self)
    if text.isEmpty || ["[heap]", "[stack]"].contains(text) || text.hasPrefix("[anon:") {
      return .anonymous
    }
    return text.first == "/" && !text.hasPrefix("/dev/") ? .file : .other
  }
}
