import CAsyncTopLinux
import Glibc

/// A file that is held without being opened, so that it can be looked at first.
///
/// Nothing happens to a file by being held, whatever it is: no data is taken from a pipe, no
/// device is set off, nobody who waits to open its other end is woken, and nothing waits. What is
/// opened afterwards is the file that was looked at, even if its path leads elsewhere by then.
public struct FileReference: ~Copyable, Sendable {
  private let descriptor: FileDescriptor
  private let path: String

  /// Holds the file at a path.
  ///
  /// - Parameters:
  ///   - path: Also a descriptor of another process, `/proc/<pid>/fd/<n>`.
  ///   - followsLink: Whether a symbolic link at the end of the path is followed; one that is not
  ///     is held itself.
  /// - Throws: Why it can't be held.
  public init(path: String, followsLink: Bool = true) throws(Errno) {
    descriptor = try FileDescriptor { unsafe linux_hold(path, followsLink ? 1 : 0) }
    self.path = path
  }

  /// What it is.
  ///
  /// - Throws: Why it can't be told.
  public var status: FileStatus {
    get throws(Errno) { try FileStatus(descriptor: descriptor.number) }
  }

  /// The name that the kernel has for it; its owner may choose it.
  public var name: String? {
    ProcessFiles.linkTarget("/proc/thread-self/fd/\(descriptor.number)")
  }

  /// Whether it lies in memory only, where memfd_create(2) makes files, and has no name.
  public var isInMemory: Bool {
    do throws(Errno) {
      let status = try status
      return status.kind == .regular && status.names == 0 && mount == Self.memoryMount
    } catch {
      return false
    }
  }

  /// All files in memory are in one mount, which no path leads to; nil if the kernel makes none.
  private static let memoryMount: Int? = {
    let descriptor = linux_memory_file()
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return ProcessFiles.mount(ofOwn: descriptor)
  }()

  /// The kernel's number for the mount that it was found in; nil if the kernel does not tell.
  public var mount: Int? { ProcessFiles.mount(ofOwn: descriptor.number) }

  /// Opens it, if it is a regular file.
  ///
  /// - Parameter writable: Whether it is written, else read.
  /// - Returns: The file, closed on exec. It was not cut, and nobody was waited for.
  /// - Throws: `invalidArgument` if it is no regular file, or why it can't be opened.
  public borrowing func openRegular(writable: Bool = false) throws(Errno) -> FileDescriptor {
    let status = try status
    guard status.kind == .regular else { throw .invalidArgument }
    let flags = (writable ? O_RDWR : O_RDONLY) | O_NONBLOCK | O_NOCTTY
    let link = "/proc/thread-self/fd/\(descriptor.number)"
    do throws(Errno) {
      return try FileDescriptor { unsafe linux_open(link, flags, 0) }
    } catch .noSuchFile {
      // Without /proc, by the path; another file may be there by now.
      let file = try FileDescriptor { unsafe linux_open(path, flags, 0) }
      guard try FileStatus(descriptor: file.number) == status else { throw .invalidArgument }
      return file
    }
  }
}

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
      let position = off_t(offset) + done
      let count = unsafe pread(descriptor.number, rest.baseAddress, rest.count, position)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Errno.last }
      if count == 0 { break }
      done += count
    }
    return done
  }
}
