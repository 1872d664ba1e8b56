import CLinux
import Glibc

/// A regular file of somebody else's choice, opened without touching what isn't one.
///
/// Opening a named pipe lets its writer go on, opening a device may do anything, and either may
/// wait for ever. So the path is resolved without opening first, and only what is found to be a
/// regular file is opened. It is read with `pread`, never mapped: whoever cuts it while it is read
/// causes a short read, not SIGBUS.
public final class RegularFile: Sendable {
  /// What tells one state of a file from another.
  private struct Version: Equatable, Sendable {
    let size: Int64
    let seconds: Int
    let nanoseconds: Int

    init(_ status: stat) {
      size = Int64(status.st_size)
      seconds = Int(status.st_mtim.tv_sec)
      nanoseconds = Int(status.st_mtim.tv_nsec)
    }
  }

  /// Its size in bytes when it was opened.
  public var size: UInt64 { UInt64(max(0, version.size)) }
  /// Its number on the device.
  public let node: UInt64
  private let device: UInt64
  private let descriptor: CInt
  private let version: Version

  /// Opens a file to read it.
  ///
  /// - Parameter path: Links in it are followed.
  /// - Throws: The kernel's reason; `invalidArgument` for what is not a regular file.
  public init(path: String) throws(Errno) {
    // O_PATH, which Glibc's module leaves out.
    let onlyResolve: CInt = 0o10_000_000
    let place = unsafe linux_open(path, onlyResolve, 0)
    guard place >= 0 else { throw Errno.last }
    defer { close(place) }
    var status = stat()
    guard unsafe fstat(place, &status) == 0 else { throw Errno.last }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .invalidArgument }
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    var opened = unsafe linux_open("/proc/self/fd/\(place)", flags, 0)
    // Where /proc is not mounted.
    if opened < 0 && errno == ENOENT { opened = unsafe linux_open(path, flags, 0) }
    guard opened >= 0 else { throw Errno.last }
    // Never one of the standard descriptors, which a program may have closed and still write to.
    descriptor = fcntl(opened, F_DUPFD_CLOEXEC, 3)
    let reason = Errno.last
    close(opened)
    device = UInt64(status.st_dev)
    node = UInt64(status.st_ino)
    version = Version(status)
    guard descriptor >= 0 else { throw reason }
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      device == UInt64(status.st_dev), node == UInt64(status.st_ino)
    else {
      close(descriptor)
      throw .invalidArgument
    }
  }

  deinit { close(descriptor) }

  /// Whether nobody has written to it since it was opened, as far as its size and time tell.
  public var isUnchanged: Bool {
    var status = stat()
    return unsafe fstat(descriptor, &status) == 0 && Version(status) == version
  }

  /// Reads bytes at an offset.
  ///
  /// - Returns: How many; fewer than asked for only if the file ends before.
  /// - Throws: The kernel's reason.
  public func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int {
    var done = 0
    while done < buffer.count, offset <= UInt64(Int64.max) - UInt64(done) {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + done)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Errno.last }
      if count == 0 { break }
      done += count
    }
    return done
  }
}
