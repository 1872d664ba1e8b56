import CAsyncTopLinux
import Glibc

/// An open descriptor, closed with its owner.
public struct FileDescriptor: ~Copyable, Sendable {
  /// The kernel's number.
  public let number: CInt

  /// Takes ownership of an open descriptor.
  public init(owning number: CInt) {
    if number < 0 { programmerError("the descriptor \(number) is no open one") }
    self.number = number
  }

  deinit {
    // EINTR too means closed on Linux; there is nothing left to do.
    _ = Glibc.close(number)
  }

  /// The descriptor of a call that returns one, or −1.
  ///
  /// - Throws: The call's reason for returning −1.
  init(_ call: () -> CInt) throws(Errno) {
    let number = call()
    guard number >= 0 else { throw Errno.last }
    self.init(owning: number)
  }
}

extension FileDescriptor {
  /// Reads what is there.
  ///
  /// - Returns: The bytes read; 0 at the end.
  /// - Throws: `wouldBlock` if nothing is there; never `interrupted`.
  public borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    while true {
      let count = unsafe Glibc.read(number, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw Errno.last }
    }
  }

  /// Writes as much as fits, without SIGPIPE.
  ///
  /// - Returns: The bytes written.
  /// - Throws: `wouldBlock` if none fit, `brokenPipe` if nobody reads; never `interrupted`.
  public borrowing func write(_ buffer: UnsafeRawBufferPointer) throws(Errno) -> Int {
    while true {
      let count = unsafe linux_write(number, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw Errno.last }
    }
  }
}

extension FileDescriptor {
  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: Where it is.
  ///   - writable: Whether it can be written, and is made, for its owner, if it is not there.
  /// - Returns: The file, closed on exec.
  /// - Throws: Why it can't be opened.
  public static func open(_ path: String, writable: Bool) throws(Errno) -> FileDescriptor {
    // C would open what its name begins with.
    guard !path.utf8.contains(0) else { throw .invalidArgument }
    return try FileDescriptor {
      unsafe linux_open(path, writable ? O_RDWR | O_CREAT : O_RDONLY, 0o600)
    }
  }

  /// Opens a file as open(2) does, closed on exec.
  ///
  /// - Parameters:
  ///   - path: Where it is.
  ///   - flags: How.
  /// - Returns: The kernel's number, which the caller owns; −1, with the reason in `errno`.
  public static func numberOpening(_ path: String, _ flags: CInt) -> CInt {
    unsafe linux_open(path, flags, 0)
  }

  /// The position at which it is read and written next, in bytes from the start.
  ///
  /// - Throws: That it has none, as a pipe or a socket.
  public var position: Int64 {
    get throws(Errno) {
      let position = lseek(number, 0, SEEK_CUR)
      guard position >= 0 else { throw Errno.last }
      return Int64(position)
    }
  }

  /// Sets the position at which it is read and written next.
  ///
  /// - Throws: That it has none, as a pipe or a socket.
  public borrowing func setPosition(_ position: Int64) throws(Errno) {
    guard lseek(number, off_t(position), SEEK_SET) >= 0 else { throw Errno.last }
  }

  /// Reads at an offset, or, where there are none, what comes next.
  ///
  /// - Parameters:
  ///   - number: The kernel's number of the file.
  ///   - count: How many bytes at most.
  ///   - offset: In bytes from the start; of no meaning for a pipe.
  /// - Returns: The bytes read; none at the end.
  /// - Throws: Why it can't be read; never `interrupted`.
  public static func read(
    _ number: CInt, count: Int, at offset: Int64
  ) throws(Errno) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    while true {
      var got = unsafe pread(number, &bytes, count, off_t(offset))
      if got < 0 && errno == ESPIPE { got = unsafe Glibc.read(number, &bytes, count) }
      if got >= 0 {
        bytes.removeLast(count - got)
        return bytes
      }
      if errno != EINTR { throw Errno.last }
    }
  }

  /// Gives the number away: the descriptor stays open and is closed by whoever takes it.
  public consuming func take() -> CInt {
    let number = number
    discard self
    return number
  }
}

extension FileDescriptor {
  /// A file in memory that holds these bytes.
  ///
  /// - Throws: Why there is none.
  public static func memory(holding bytes: [UInt8]) throws(Errno) -> FileDescriptor {
    let file = try FileDescriptor { linux_memory_file() }
    try DataFile(borrowing: file.number).write(bytes)
    return file
  }
}
