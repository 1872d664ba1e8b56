import Glibc

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
