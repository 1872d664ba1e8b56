import Glibc

/// A regular file of somebody else's choice, opened without touching what isn't one.
///
/// See `FileReference`. It is read with `pread`, never mapped: whoever cuts it while it is read
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
  private let descriptor: FileDescriptor
  private let version: Version

  /// Opens a file to read it.
  ///
  /// - Parameter path: Links in it are followed.
  /// - Throws: The kernel's reason; `invalidArgument` for what is not a regular file.
  public init(path: String) throws(Errno) {
    descriptor = try FileReference(path: path).openRegular()
    var status = stat()
    guard unsafe fstat(descriptor.number, &status) == 0 else { throw Errno.last }
    node = UInt64(status.st_ino)
    version = Version(status)
  }

  /// Whether nobody has written to it since it was opened, as far as its size and time tell.
  public var isUnchanged: Bool {
    var status = stat()
    return unsafe fstat(descriptor.number, &status) == 0 && Version(status) == version
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
      let place = off_t(offset) + done
      let count = unsafe pread(descriptor.number, rest.baseAddress, rest.count, place)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Errno.last }
      if count == 0 { break }
      done += count
    }
    return done
  }
}
