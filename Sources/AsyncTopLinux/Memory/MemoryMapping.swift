import CAsyncTopLinux
import Glibc

/// A file or memory object mapped into this process, shared with whoever else maps it.
///
/// Safe to send and to share: the mapping stays as it is until the last reference is gone. What is
/// in it may change at any time, so its bytes are read with care by whoever knows their layout.
@safe
public final class MemoryMapping: @unchecked Sendable {
  /// The first byte.
  public let start: UnsafeMutableRawPointer
  /// How many bytes are mapped.
  public let size: Int
  /// Whether nobody can cut it short.
  ///
  /// Reading beyond the new end of one that was cut ends the process by SIGBUS, unless it is
  /// guarded.
  public let isSealed: Bool

  /// Which file it is.
  public let identity: FileIdentity
  private let file: FileDescriptor

  /// Maps a whole regular file or memory object.
  ///
  /// - Parameters:
  ///   - file: What is mapped.
  ///   - isWritable: Whether the bytes will be written too.
  /// - Throws: The reason that the file could not be opened, measured or mapped; `invalidArgument`
  ///   for what is empty or no regular file.
  public init(_ file: borrowing FileReference, isWritable: Bool = false) throws(Errno) {
    let opened = try file.openRegular(writable: isWritable)
    let status = try FileStatus(descriptor: opened.number)
    let seals = fcntl(opened.number, Self.getSeals)
    guard let size = Int(exactly: status.size), size > 0 else { throw .invalidArgument }
    let protection = isWritable ? PROT_READ | PROT_WRITE : PROT_READ
    guard let start = unsafe mmap(nil, size, protection, MAP_SHARED, opened.number, 0),
      unsafe start != MAP_FAILED
    else { throw Errno.last }
    unsafe self.start = start
    self.size = size
    identity = status.identity
    isSealed = seals >= 0 && seals & Self.sealShrink != 0
    self.file = opened
  }

  /// The parts of a range of bytes that memory or disk was given to.
  ///
  /// All else reads as zeros; but reading it through the mapping has the kernel give memory to it.
  ///
  /// - Parameter range: Within `0..<size`.
  /// - Returns: Ranges in ascending order, of whole pages cut to the range; the whole range if the
  ///   kernel can't tell.
  public func filledParts(of range: Range<Int>) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var position = range.lowerBound
    while position < range.upperBound {
      let start = lseek(file.number, position, Self.seekData)
      if start < 0 {
        if errno != ENXIO { parts.append(position..<range.upperBound) }
        break
      }
      guard start < range.upperBound else { break }
      let end = lseek(file.number, start, Self.seekHole)
      let upper = end > start ? min(end, range.upperBound) : range.upperBound
      // A hole may have been filled between the two questions.
      parts.append(max(start, position)..<upper)
      position = upper
    }
    return parts
  }

  /// Gives back the memory that reading whole pages of a range took in this process.
  ///
  /// They stay what they are, and are mapped again when they are read again.
  public func release(_ range: Range<Int>) {
    let page = Int(sysconf(CInt(_SC_PAGESIZE)))
    let part = range.clamped(to: 0..<size)
    let first = (part.lowerBound + page - 1) / page * page
    let end = part.upperBound / page * page
    if first < end { unsafe madvise(start + first, end - first, MADV_DONTNEED) }
  }

  // Of linux/fcntl.h and unistd.h, which Glibc's module leaves out.
  private static let getSeals: CInt = 1034
  private static let sealShrink: CInt = 2
  private static let seekData: CInt = 3
  private static let seekHole: CInt = 4

  deinit {
    unsafe munmap(start, size)
  }
}

/// Zeros of which only what is touched takes memory.
@safe
public final class ReservedMemory {
  /// The first byte.
  public let start: UnsafeMutableRawPointer
  /// How many bytes there are.
  public let size: Int

  /// Reserves address space.
  ///
  /// - Throws: The reason, `noMemory` if there is not so much of it.
  public init(size: Int) throws(Errno) {
    let mapping = unsafe mmap(
      nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let start = unsafe mapping, unsafe start != MAP_FAILED else { throw Errno.last }
    // Of a large page, a single byte would take all.
    unsafe madvise(start, size, MADV_NOHUGEPAGE)
    unsafe self.start = start
    self.size = size
  }

  /// Makes bytes zero; the whole pages of a large part are given back.
  public func clear(_ bytes: Range<Int>) {
    let part = bytes.clamped(to: 0..<size)
    let page = Int(sysconf(CInt(_SC_PAGESIZE)))
    let first = (part.lowerBound + page - 1) / page * page
    let end = part.upperBound / page * page
    guard end - first >= ReservedMemory.givenBack,
      unsafe madvise(start + first, end - first, MADV_DONTNEED) == 0
    else {
      unsafe memset(start + part.lowerBound, 0, part.count)
      return
    }
    unsafe memset(start + part.lowerBound, 0, first - part.lowerBound)
    unsafe memset(start + end, 0, part.upperBound - end)
  }

  /// Zeros are written rather than pages given back, if these are fewer bytes.
  private static let givenBack = 1 << 20

  deinit {
    unsafe munmap(start, size)
  }
}
