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
    unsafe self.start = start
    self.size = size
  }

  deinit {
    unsafe munmap(start, size)
  }
}
