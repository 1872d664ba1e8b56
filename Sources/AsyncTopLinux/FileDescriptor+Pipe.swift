import CAsyncTopLinux
import Glibc

/// The two ends of a pipe, closed with this unless they are taken.
public final class PipeEnds {
  private var reading: FileDescriptor?
  private var writing: FileDescriptor?

  init(reading: consuming FileDescriptor, writing: consuming FileDescriptor) {
    self.reading = consume reading
    self.writing = consume writing
  }

  /// The kernel's number of the end from where the bytes come; nil if it was taken.
  public var readingNumber: CInt? { reading?.number }

  /// The kernel's number of the end to where the bytes go; nil if it was taken.
  public var writingNumber: CInt? { writing?.number }

  /// Gives away the end from where the bytes come.
  public func takeReading() -> FileDescriptor? { reading.take() }

  /// Gives away the end to where the bytes go.
  public func takeWriting() -> FileDescriptor? { writing.take() }
}

extension FileDescriptor {
  /// The null device, closed on exec.
  public static func null() throws(Errno) -> FileDescriptor {
    try FileDescriptor { unsafe linux_open("/dev/null", O_RDWR, 0) }
  }

  /// A pipe whose ends are closed on exec.
  ///
  /// - Parameters:
  ///   - readsAtOnce: Whether the end from where the bytes come is non-blocking.
  ///   - writesAtOnce: Whether the other is.
  /// - Returns: Its ends.
  /// - Throws: `tooManyFiles` and the like.
  public static func pipe(
    readsAtOnce: Bool = false, writesAtOnce: Bool = false
  ) throws(Errno) -> PipeEnds {
    var ends: (CInt, CInt) = (-1, -1)
    let status = unsafe withUnsafeMutablePointer(to: &ends) {
      unsafe $0.withMemoryRebound(to: CInt.self, capacity: 2) { unsafe linux_pipe($0) }
    }
    guard status == 0 else { throw Errno.last }
    let (reading, writing) = (ends.0, ends.1)
    let pipe = PipeEnds(
      reading: FileDescriptor(owning: reading), writing: FileDescriptor(owning: writing))
    if readsAtOnce { try Self.setNonBlocking(reading, true) }
    if writesAtOnce { try Self.setNonBlocking(writing, true) }
    return pipe
  }

  /// Sets whether reading and writing return at once where they would have to wait.
  ///
  /// This belongs to what the descriptor stands for, so that all who share it have it.
  public borrowing func setNonBlocking(_ isNonBlocking: Bool = true) throws(Errno) {
    try Self.setNonBlocking(number, isNonBlocking)
  }

  static func setNonBlocking(_ number: CInt, _ isNonBlocking: Bool) throws(Errno) {
    let flags = fcntl(number, F_GETFL)
    let wanted = isNonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK
    guard flags >= 0, fcntl(number, F_SETFL, wanted) >= 0 else { throw Errno.last }
  }

  /// What a descriptor stands for.
  public enum Kind: Sendable {
    /// A pipe, with or without a name.
    case pipe
    /// A socket.
    case socket
    /// A terminal or the like.
    case characterDevice
    /// A file or a disk.
    case file
    /// A folder.
    case folder
    /// Something that is neither read nor written as such, as what is made by epoll(7).
    case other
  }

  /// What a descriptor stands for, whoever owns it.
  ///
  /// - Throws: `badDescriptor`.
  public static func kind(of number: CInt) throws(Errno) -> Kind {
    var status = stat()
    guard unsafe fstat(number, &status) == 0 else { throw Errno.last }
    switch status.st_mode & S_IFMT {
    case S_IFIFO: return .pipe
    case S_IFSOCK: return .socket
    case S_IFCHR: return .characterDevice
    case S_IFREG, S_IFBLK: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }
}
