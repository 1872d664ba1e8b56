import CLinux
import Glibc

extension FileDescriptor {
  /// A non-blocking TCP socket for an address, closed on exec.
  ///
  /// - Parameter address: What it will be connected or bound to.
  /// - Returns: The socket.
  /// - Throws: `tooManyFiles` and the like.
  public static func stream(for address: SocketAddress) throws(Errno) -> FileDescriptor {
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
    return try FileDescriptor {
      Glibc.socket(address.family, kind | CInt(SOCK_CLOEXEC.rawValue), 0)
    }
  }

  /// Begins to connect.
  ///
  /// - Parameter address: To what.
  /// - Returns: Whether it is connected already; else it becomes writable once `connectError` is
  ///   known.
  /// - Throws: Why it can't.
  public borrowing func connect(to address: SocketAddress) throws(Errno) -> Bool {
    let number = number
    let status = unsafe address.withBytes { unsafe Glibc.connect(number, $0, $1) }
    if status == 0 { return true }
    let reason = Errno.last
    if reason == .inProgress || reason == .interrupted { return false }
    throw reason
  }

  /// Why the socket's connection failed; nil if it did not.
  public var socketError: Errno? {
    var code: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    guard unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else {
      return Errno.last
    }
    return code == 0 ? nil : Errno(code)
  }

  /// Binds to an address and listens, reusing the port of a listener that was closed before.
  ///
  /// - Parameters:
  ///   - address: The address.
  ///   - backlog: How many connections may wait to be accepted.
  /// - Throws: Why it can't, such as that another listens there.
  public borrowing func listen(on address: SocketAddress, backlog: Int) throws(Errno) {
    let number = number
    try set(SOL_SOCKET, SO_REUSEADDR)
    if address.family == AF_INET6 { try set(CInt(IPPROTO_IPV6), IPV6_V6ONLY) }
    guard unsafe address.withBytes({ unsafe Glibc.bind(number, $0, $1) }) == 0,
      Glibc.listen(number, CInt(clamping: backlog)) == 0
    else { throw Errno.last }
  }

  /// Accepts a connection.
  ///
  /// - Returns: A non-blocking socket, closed on exec.
  /// - Throws: `wouldBlock` if none waits; never `interrupted`.
  public borrowing func accept() throws(Errno) -> FileDescriptor {
    while true {
      let accepted = linux_accept(number)
      if accepted >= 0 { return FileDescriptor(owning: accepted) }
      if errno != EINTR { throw Errno.last }
    }
  }

  /// Sends as much as fits, without SIGPIPE.
  ///
  /// - Parameter buffer: The bytes.
  /// - Returns: How many were taken.
  /// - Throws: `wouldBlock` if none fit; never `interrupted`.
  public borrowing func send(_ buffer: UnsafeRawBufferPointer) throws(Errno) -> Int {
    while true {
      let count = unsafe Glibc.send(
        number, buffer.baseAddress, buffer.count, CInt(MSG_NOSIGNAL))
      if count >= 0 { return count }
      if errno != EINTR { throw Errno.last }
    }
  }

  /// Receives what is there.
  ///
  /// - Parameter buffer: Where to.
  /// - Returns: How many bytes came; 0 at the end.
  /// - Throws: `wouldBlock` if nothing is there; never `interrupted`.
  public borrowing func receive(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int {
    while true {
      let count = unsafe Glibc.recv(number, buffer.baseAddress, buffer.count, 0)
      if count >= 0 { return count }
      if errno != EINTR { throw Errno.last }
    }
  }

  /// Tells the other end that no more will be sent.
  public borrowing func shutDownWriting() {
    _ = Glibc.shutdown(number, CInt(SHUT_WR))
  }

  /// Sends small pieces at once instead of collecting them.
  public borrowing func setNoDelay() {
    // Only fails for what is not TCP, where there is nothing to delay.
    try? set(CInt(IPPROTO_TCP), TCP_NODELAY)
  }

  /// The address of this end.
  public var localAddress: SocketAddress? {
    let number = number
    return unsafe try? SocketAddress { unsafe getsockname(number, $0, &$1) }
  }

  /// The address of the other end.
  public var peerAddress: SocketAddress? {
    let number = number
    return unsafe try? SocketAddress { unsafe getpeername(number, $0, &$1) }
  }

  private borrowing func set(_ level: CInt, _ option: CInt) throws(Errno) {
    var on: CInt = 1
    let size = socklen_t(MemoryLayout<CInt>.size)
    guard unsafe setsockopt(number, level, option, &on, size) == 0 else { throw Errno.last }
  }
}
