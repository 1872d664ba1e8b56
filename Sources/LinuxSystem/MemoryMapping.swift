import CLinux
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
  }

  // Of linux/fcntl.h, which Glibc's module leaves out.
  private static let getSeals: CInt = 1034
  private static let sealShrink: CInt = 2

  deinit {
    unsafe munmap(start, size)
  }
}
