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
  /// Whether the bytes may be written.
  public let isWritable: Bool

  /// Maps a whole file, writable if it may be, else to be read only.
  ///
  /// - Parameter path: Also the path of a descriptor of another process, `/proc/<pid>/fd/<n>`.
  /// - Throws: The reason that the file could not be opened, measured or mapped; `invalidArgument`
  ///   for a memory object that its owner may still shrink, since reading it then could end this
  ///   process.
  public init(path: String) throws(Errno) {
    var writable = true
    var descriptor = unsafe open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 && (errno == EACCES || errno == EROFS || errno == EPERM) {
      writable = false
      descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    }
    guard descriptor >= 0 else { throw Errno.last }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw Errno.last }
    let seals = fcntl(descriptor, Self.getSeals)
    guard status.st_size > 0, seals < 0 || seals & Self.sealShrink != 0 else {
      throw .invalidArgument
    }
    let protection = writable ? PROT_READ | PROT_WRITE : PROT_READ
    guard
      let start = unsafe mmap(nil, Int(status.st_size), protection, MAP_SHARED, descriptor, 0),
      unsafe start != MAP_FAILED
    else { throw Errno.last }
    unsafe self.start = start
    self.size = Int(status.st_size)
    self.isWritable = writable
  }

  // Of linux/fcntl.h, which Glibc's module leaves out.
  private static let getSeals: CInt = 1034
  private static let sealShrink: CInt = 2

  deinit {
    unsafe munmap(start, size)
  }
}
