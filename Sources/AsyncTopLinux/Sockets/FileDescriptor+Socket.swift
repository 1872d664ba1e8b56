import CAsyncTopLinux
import Glibc

extension FileDescriptor {
  /// A non-blocking socket, closed on exec.
  ///
  /// - Parameters:
  ///   - family: What kind of addresses it has.
  ///   - kind: How it carries data.
  ///   - protocolNumber: 0 for the usual one of the two.
  /// - Returns: The socket.
  /// - Throws: `tooManyFiles` and the like.
  public static func socket(
    _ family: AddressFamily, _ kind: SocketKind, protocolNumber: CInt = 0
  ) throws(Errno) -> FileDescriptor {
    try FileDescriptor {
      linux_socket(
        family.rawValue, kind.rawValue | CInt(SOCK_NONBLOCK.rawValue), protocolNumber)
    }
  }

  /// Makes two unix sockets that are connected to each other, non-blocking and closed on exec.
  ///
  /// - Parameter kind: How they carry data.
  /// - Returns: The kernel's numbers of both, which the caller owns.
  /// - Throws: `tooManyFiles` and the like.
  public static func socketPair(_ kind: SocketKind) throws(Errno) -> (CInt, CInt) {
    var ends: [CInt] = [-1, -1]
    let kind = kind.rawValue | CInt(SOCK_NONBLOCK.rawValue)
    guard unsafe linux_socket_pair(AF_UNIX, kind, &ends) == 0 else { throw Errno.last }
    return (ends[0], ends[1])
  }

  /// Begins to connect.
  ///
  /// - Parameter address: To what.
  /// - Returns: Whether it is connected already; else it becomes writable once `socketError` is
  ///   known.
  /// - Throws: Why it can't; `wouldBlock` if a unix socket's listener has no room now.
  public borrowing func connect(to address: SocketAddress) throws(Errno) -> Bool {
    let number = number
    let status = unsafe address.withBytes { unsafe Glibc.connect(number, $0, $1) }
    if status == 0 { return true }
    let reason = Errno.last
    if reason == .inProgress || reason == .interrupted { return false }
    throw reason
  }

  /// Why the socket's connection failed; nil if it did not.
  ///
  /// The kernel tells it once.
  public var socketError: Errno? {
    do throws(Errno) {
      let code = try option(.error)
      return code == 0 ? nil : Errno(CInt(code))
    } catch {
      return error
    }
  }

  /// Gives it an address.
  ///
  /// - Throws: Why it can't, such as that another has it.
  public borrowing func bind(to address: SocketAddress) throws(Errno) {
    let number = number
    guard unsafe address.withBytes({ unsafe Glibc.bind(number, $0, $1) }) == 0 else {
      throw Errno.last
    }
  }

  /// Lets connections come in.
  ///
  /// - Parameter backlog: How many may wait to be accepted.
  /// - Throws: Why it can't.
  public borrowing func listen(backlog: Int) throws(Errno) {
    guard Glibc.listen(number, CInt(clamping: backlog)) == 0 else { throw Errno.last }
  }

  /// Accepts a connection.
  ///
  /// - Parameter peer: Becomes the address of the other end.
  /// - Returns: A non-blocking socket, closed on exec.
  /// - Throws: `wouldBlock` if none waits; never `interrupted`.
  public borrowing func accept(_ peer: inout SocketAddress?) throws(Errno) -> FileDescriptor {
    var accepted: CInt = -1
    let number = number
    while true {
      do throws(Errno) {
        peer = unsafe try SocketAddress {
          accepted = unsafe linux_accept(number, $0, &$1)
          return accepted
        }
        return FileDescriptor(owning: accepted)
      } catch {
        if error != .interrupted { throw error }
      }
    }
  }

  /// Sends as much as fits, without SIGPIPE.
  ///
  /// - Parameter buffer: The bytes.
  /// - Returns: How many were taken.
  /// - Throws: `wouldBlock` if none fit; never `interrupted`.
  public borrowing func send(_ buffer: UnsafeRawBufferPointer) throws(Errno) -> Int {
    while true {
      let count = unsafe linux_send(number, buffer.baseAddress, buffer.count, nil, 0)
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

  /// Ends one direction of a connection or both, for everyone who has the socket.
  ///
  /// - Parameters:
  ///   - reading: Whether no more will be received.
  ///   - writing: Whether no more will be sent, which the other end sees as the end.
  /// - Throws: `notConnected`.
  public borrowing func shutDown(reading: Bool = false, writing: Bool = false) throws(Errno) {
    guard reading || writing else { return }
    let how = reading ? (writing ? SHUT_RDWR : SHUT_RD) : SHUT_WR
    guard Glibc.shutdown(number, CInt(how)) == 0 else { throw Errno.last }
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
}

/// How a socket carries data.
public struct SocketKind: RawRepresentable, Hashable, Sendable {
  /// The kernel's number, as `socket(2)` takes it.
  public var rawValue: CInt

  /// A kind by the kernel's number.
  public init(rawValue: CInt) {
    self.rawValue = rawValue
  }

  /// `SOCK_STREAM`: bytes in order, all of them.
  public static let stream = SocketKind(rawValue: CInt(SOCK_STREAM.rawValue))
  /// `SOCK_DGRAM`: messages, in any order, or not at all.
  public static let datagram = SocketKind(rawValue: CInt(SOCK_DGRAM.rawValue))
  /// `SOCK_SEQPACKET`: messages in order, all of them.
  public static let packets = SocketKind(rawValue: CInt(SOCK_SEQPACKET.rawValue))
}
