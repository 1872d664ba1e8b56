import Glibc

/// Something that can be set on a socket, socket(7), whose value is a number.
public struct SocketOption: Hashable, Sendable {
  /// The kernel's number of the layer that has it.
  public var level: CInt
  /// The kernel's number of it.
  public var name: CInt

  /// An option by the kernel's numbers.
  public init(level: CInt, name: CInt) {
    self.level = level
    self.name = name
  }

  /// `SO_REUSEADDR`: the address of a listener that was closed may be bound again at once.
  public static let reuseAddress = SocketOption(level: SOL_SOCKET, name: SO_REUSEADDR)
  /// `SO_REUSEPORT`: several sockets may be bound to the address and share what comes in.
  public static let reusePort = SocketOption(level: SOL_SOCKET, name: SO_REUSEPORT)
  /// `SO_BROADCAST`: datagrams may be sent to everyone in a network.
  public static let broadcast = SocketOption(level: SOL_SOCKET, name: SO_BROADCAST)
  /// `SO_KEEPALIVE`: a silent connection is probed from time to time.
  public static let keepAlive = SocketOption(level: SOL_SOCKET, name: SO_KEEPALIVE)
  /// `SO_SNDBUF`: the bytes that the kernel keeps to send; it doubles what is set.
  public static let sendBuffer = SocketOption(level: SOL_SOCKET, name: SO_SNDBUF)
  /// `SO_RCVBUF`: the bytes that the kernel keeps to be received; it doubles what is set.
  public static let receiveBuffer = SocketOption(level: SOL_SOCKET, name: SO_RCVBUF)
  /// `TCP_NODELAY`: small pieces are sent at once instead of being collected.
  public static let noDelay = SocketOption(level: CInt(IPPROTO_TCP), name: TCP_NODELAY)
  /// `IPV6_V6ONLY`: no IPv4 addresses as mapped ones.
  public static let ipv6Only = SocketOption(level: CInt(IPPROTO_IPV6), name: IPV6_V6ONLY)

  /// `SO_TYPE`: its `SocketKind`; can only be looked at.
  public static let type = SocketOption(level: SOL_SOCKET, name: SO_TYPE)
  static let error = SocketOption(level: SOL_SOCKET, name: SO_ERROR)
}

extension FileDescriptor {
  /// Sets an option of a socket.
  public borrowing func setOption(_ option: SocketOption, to value: Int) throws(Errno) {
    try Self.setOption(option, of: number, to: value)
  }

  /// An option of a socket.
  public borrowing func option(_ option: SocketOption) throws(Errno) -> Int {
    try Self.option(option, of: number)
  }

  /// Sets an option of a socket that is somebody else's.
  ///
  /// - Parameters:
  ///   - option: Which.
  ///   - number: The kernel's number of the socket.
  ///   - value: A number, or 0 and 1 for off and on.
  /// - Throws: Why it can't be set.
  public static func setOption(
    _ option: SocketOption, of number: CInt, to value: Int
  ) throws(Errno) {
    var value = CInt(clamping: value)
    let size = socklen_t(MemoryLayout<CInt>.size)
    guard unsafe setsockopt(number, option.level, option.name, &value, size) == 0 else {
      throw Errno.last
    }
  }

  /// An option of a socket that is somebody else's.
  ///
  /// - Parameters:
  ///   - option: Which.
  ///   - number: The kernel's number of the socket.
  /// - Returns: Its value.
  /// - Throws: `notSocket`, or that there is no such option.
  public static func option(_ option: SocketOption, of number: CInt) throws(Errno) -> Int {
    var value: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    guard unsafe getsockopt(number, option.level, option.name, &value, &size) == 0 else {
      throw Errno.last
    }
    return Int(value)
  }

  /// What closing a connection does with bytes that were not sent: with 0 seconds they are dropped
  /// and the other end sees a reset.
  ///
  /// - Parameter seconds: How long closing waits for them; nil lets the kernel send them
  ///   afterwards.
  /// - Throws: Why it can't be set.
  public borrowing func setLinger(seconds: Int?) throws(Errno) {
    var value = linger(l_onoff: seconds == nil ? 0 : 1, l_linger: CInt(clamping: seconds ?? 0))
    let size = socklen_t(MemoryLayout<linger>.size)
    guard unsafe setsockopt(number, SOL_SOCKET, SO_LINGER, &value, size) == 0 else {
      throw Errno.last
    }
  }

  /// The kind of a socket.
  ///
  /// - Throws: `notSocket`.
  public var socketKind: SocketKind {
    get throws(Errno) { SocketKind(rawValue: CInt(try option(.type))) }
  }
}
