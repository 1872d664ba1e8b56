import Glibc

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
