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
