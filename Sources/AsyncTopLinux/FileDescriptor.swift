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
