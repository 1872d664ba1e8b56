import CAsyncTopLinux
import Glibc

/// A file or a pipe that is read or written in large pieces.
@safe
public final class DataFile {
  private let descriptor: CInt
  private let isOwned: Bool

  private init(owning descriptor: CInt) throws(Errno) {
    guard descriptor >= 0 else { throw Errno.last }
    self.descriptor = descriptor
    isOwned = true
  }

  /// Opens a file to read it.
  public convenience init(path: String) throws(Errno) {
    try self.init(owning: unsafe linux_open(path, O_RDONLY, 0))
  }

  /// Reads or writes through a descriptor that stays the caller's and open.
  public init(borrowing descriptor: CInt) {
    self.descriptor = descriptor
    isOwned = false
  }

  /// Makes a file without a name in a folder; it is gone when it is not used any more.
  public convenience init(temporaryIn folder: String) throws(Errno) {
    // O_TMPFILE, which Glibc's module leaves out, is this bit with O_DIRECTORY.
    let unnamed: CInt = 0o20_000_000 | O_DIRECTORY
    try self.init(owning: unsafe linux_open(folder, O_RDWR | unnamed, 0o600))
  }

  deinit {
    if isOwned { close(descriptor) }
  }

  /// Whether it has a size and can be read anywhere: no pipe, socket or terminal.
  public var isSeekable: Bool { lseek(descriptor, 0, SEEK_CUR) >= 0 }

  /// Its size in bytes.
  public var size: UInt64 {
    get throws(Errno) {
      var status = stat()
      guard unsafe fstat(descriptor, &status) == 0 else { throw Errno.last }
      return UInt64(max(0, status.st_size))
    }
  }

  /// Reads what comes next; 0 bytes at the end.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    while true {
      let count = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw Errno.last }
    }
  }

  /// Reads bytes at an offset; fewer than asked for only if it ends before.
  public func read(
    at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int {
    var done = 0
    while done < buffer.count {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + done)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Errno.last }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Writes all bytes, waiting for a pipe that is full.
  ///
  /// A write to a full pipe can't be ended, whatever signals come. So this waits until there is
  /// room and writes no more than surely fits.
  ///
  /// - Parameters:
  ///   - bytes: What to write.
  ///   - givesUp: Asked ten times a second while a pipe takes nothing, with how often it was asked
  ///     since it took something; true ends that.
  /// - Throws: The reason, `timedOut` for one that was given up; some of the bytes may be written.
  public func write(
    _ bytes: UnsafeRawBufferPointer, givingUpIf givesUp: (_ times: Int) -> Bool = { _ in false }
  ) throws(Errno) {
    var rest = unsafe bytes[...]
    let most = isSeekable ? Int.max : Int(PIPE_BUF)
    while unsafe !rest.isEmpty {
      if most < .max { try waitForRoom(givingUpIf: givesUp) }
      let next = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(most))
      let written = unsafe linux_write(descriptor, next.baseAddress, next.count)
      if written >= 0 {
        unsafe rest = unsafe rest.dropFirst(written)
      } else if errno != EINTR && errno != EAGAIN {
        throw Errno.last
      }
    }
  }

  /// Writes all bytes, waiting for a pipe that is full.
  ///
  /// - Throws: The reason; some of the bytes may be written.
  public func write(_ bytes: [UInt8]) throws(Errno) {
    try unsafe bytes.withUnsafeBufferPointer { buffer throws(Errno) in
      try unsafe write(UnsafeRawBufferPointer(buffer))
    }
  }

  private func waitForRoom(givingUpIf givesUp: (_ times: Int) -> Bool) throws(Errno) {
    var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    var times = 0
    while unsafe poll(&room, 1, 100) <= 0 {
      times += 1
      if givesUp(times) { throw .timedOut }
    }
  }

  /// Cuts a file off and goes on writing there; a pipe stays as it is.
  public func cut(to size: UInt64) {
    guard lseek(descriptor, off_t(size), SEEK_SET) >= 0 else { return }
    ftruncate(descriptor, off_t(size))
  }

  /// Waits until there is something to read, or the end.
  ///
  /// - Parameter patience: In milliseconds; less than 0 for ever.
  /// - Returns: Whether there is.
  public func isReadable(within patience: CInt) -> Bool {
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      let count = unsafe poll(&ready, 1, patience)
      if count >= 0 || errno != EINTR { return count > 0 }
    }
  }
}
