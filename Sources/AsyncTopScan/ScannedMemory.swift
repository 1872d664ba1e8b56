import AsyncTopLinux

/// Memory that is scanned: another process's, or what a test makes up.
protocol ScannedMemory {
  /// What lies where, ascending.
  func areas() throws(Errno) -> [MemoryArea]
  /// Copies parts, one behind the other; returns how many bytes, fewer if a part is not there.
  func read(
    _ parts: [Range<UInt64>], into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int
  /// Which pages of a range of whole pages can be read without bringing back what was swapped out.
  func presentPages(of range: Range<UInt64>) -> ProcessMemory.PresentPages
}

extension ProcessMemory: ScannedMemory {}
