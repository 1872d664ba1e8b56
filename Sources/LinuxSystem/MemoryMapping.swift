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

  /// Maps a whole regular file or memory object.
  ///
  /// - Parameters:
  ///   - path: Also the path of a descriptor of another process, `/proc/<pid>/fd/<n>`.
  ///   - isWritable: Whether the bytes will be written too.
  /// - Throws: The reason that the file could not be opened, measured or mapped; `invalidArgument`
  ///   for what is empty or no regular file.
  public init(path: String, isWritable: Bool = false) throws(Errno) {
    let mode = isWritable ? O_RDWR : O_RDONLY
    var status = stat()
    // What is opened may have effects of its own, if it is a device or a pipe.
    guard unsafe stat(path, &status) == 0 else { throw Errno.last }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .invalidArgument }
    let descriptor = unsafe open(path, mode | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw Errno.last }
    defer { close(descriptor) }
    guard unsafe fstat(descriptor, &status) == 0 else { throw Errno.last }
    let seals = fcntl(descriptor, Self.getSeals)
    guard status.st_size > 0, status.st_mode & S_IFMT == S_IFREG else { throw .invalidArgument }
    let protection = isWritable ? PROT_READ | PROT_WRITE : PROT_READ
    guard
      let start = unsafe mmap(nil, Int(status.st_size), protection, MAP_SHARED, descriptor, 0),
      unsafe start != MAP_FAILED
    else { throw Errno.last }
    unsafe self.start = start
    self.size = Int(status.st_size)
    isSealed = seals >= 0 && seals & Self.sealShrink != 0
  }

  // Of linux/fcntl.h, which Glibc's module leaves out.
  private static let getSeals: CInt = 1034
  private static let sealShrink: CInt = 2

  deinit {
    unsafe munmap(start, size)
  }
}
