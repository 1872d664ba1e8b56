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

  static let domain = SocketOption(level: SOL_SOCKET, name: SO_DOMAIN)
  /// `SO_TYPE`: its `SocketKind`; can only be looked at.
  public static let type = SocketOption(level: SOL_SOCKET, name: SO_TYPE)
  static let error = SocketOption(level: SOL_SOCKET, name: SO_ERROR)
}
