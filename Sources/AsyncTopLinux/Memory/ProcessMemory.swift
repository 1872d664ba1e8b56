import CAsyncTopLinux
import Glibc

/// The memory of another process, which is read while that goes on: nothing is stopped or written.
///
/// What is read may change meanwhile, and be torn.
public final class ProcessMemory: Sendable {
  /// Pages of an area that are in memory.
  public struct PresentPages: Hashable, Sendable {
    /// Their addresses, ascending.
    public var ranges: [Range<UInt64>]
    /// How many bytes the kernel has swapped out.
    public var swapped: UInt64

    /// Describes pages.
    public init(ranges: [Range<UInt64>], swapped: UInt64 = 0) {
      self.ranges = ranges
      self.swapped = swapped
    }
  }

  /// The process.
  public let process: Int32
  /// One word for each page of the address space; nil if the kernel does not tell.
  private let pages: RegularFile?

  /// The size of a page.
  public static let pageSize = UInt64(sysconf(CInt(_SC_PAGESIZE)))

  /// Prepares to look at a process; whether that is allowed is seen when it is read.
  public init(of process: Int32) {
    self.process = process
    pages = try? RegularFile(path: "/proc/\(process)/pagemap")
  }

  /// What lies where, ascending.
  ///
  /// - Throws: `noSuchProcess` if it is gone, `accessDenied` if it may not be looked at.
  public func areas() throws(Errno) -> [MemoryArea] {
    let path = "/proc/\(process)/maps"
    guard ProcessFiles.life(of: process) != nil else { throw .noSuchProcess }
    guard unsafe access(path, R_OK) == 0 else { throw Errno.last }
    let text = ProcessFiles.kernelText(path, limit: Self.mapsLimit)
    // The kernel opens the file for everybody and then tells nothing to most.
    guard !text.isEmpty else { throw .accessDenied }
    return ProcessFiles.lines(of: text).compactMap { MemoryArea(line: $0) }
  }

  /// The longest table of areas that is read, in bytes.
  private static let mapsLimit = 1 << 25

  /// Copies parts of the memory, one behind the other.
  ///
  /// - Parameters:
  ///   - parts: Their addresses.
  ///   - buffer: Room for all of them.
  /// - Returns: How many bytes were read; fewer than all if a part is not there.
  /// - Throws: Why nothing can be read: `notPermitted`, `noSuchProcess`.
  public func read(
    _ parts: [Range<UInt64>], into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int {
    let size = parts.reduce(0) { $0 + $1.count }
    if size > buffer.count { programmerError("\(size) bytes don't fit into \(buffer.count)") }
    let list = parts.map { linux_part(address: $0.lowerBound, size: UInt64($0.count)) }
    let length = unsafe linux_read_memory(process, list, list.count, buffer.baseAddress)
    if length >= 0 { return length }
    if errno == EFAULT { return 0 }
    throw Errno.last
  }

  /// Which pages of a range are in memory: to read others would bring back what was swapped out.
  ///
  /// - Parameter range: Whole pages.
  /// - Returns: All of the range where the kernel does not tell.
  public func presentPages(of range: Range<UInt64>) -> PresentPages {
    guard let pages else { return PresentPages(ranges: [range]) }
    let size = Self.pageSize
    let count = range.count / Int(size)
    let entries = unsafe [UInt64](unsafeUninitializedCapacity: count) { buffer, filled in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      filled = unsafe ((try? pages.read(at: range.lowerBound / size * 8, into: bytes)) ?? 0) / 8
    }
    return Self.presentPages(entries, from: range.lowerBound)
  }

  /// Reads words of `/proc/<pid>/pagemap`: bit 63 is set for what is in memory, bit 62 for what is
  /// swapped out.
  static func presentPages(_ entries: [UInt64], from start: UInt64) -> PresentPages {
    var found = PresentPages(ranges: [])
    var address = start
    for entry in entries {
      let next = address + pageSize
      if entry >> 63 != 0 {
        if let last = found.ranges.indices.last, found.ranges[last].upperBound == address {
          found.ranges[last] = found.ranges[last].lowerBound..<next
        } else {
          found.ranges.append(address..<next)
        }
      } else if entry >> 62 & 1 != 0 {
        found.swapped += pageSize
      }
      address = next
    }
    return found
  }

  /// The offsets in a buffer at which a word lies, at multiples of a number of bytes.
  public static func offsets(
    of word: UInt64, in bytes: UnsafeRawBufferPointer, stride: Int, limit: Int
  ) -> [Int] {
    let offsets = unsafe [UInt32](unsafeUninitializedCapacity: limit) { buffer, count in
      count = unsafe linux_find_word(
        bytes.baseAddress, bytes.count, stride, word, buffer.baseAddress, limit)
    }
    return offsets.map { Int($0) }
  }
}

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
