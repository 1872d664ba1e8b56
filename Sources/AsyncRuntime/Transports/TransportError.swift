public import AsyncTopLinux

/// A transport or its protocol was used wrongly.
@nonexhaustive
public enum TransportError: Error, Equatable, CustomStringConvertible {
  /// A buffered protocol gave no room for what came.
  case noRoom
  /// The protocol can't be used with such a transport.
  case wrongProtocol(String)
  /// The kernel can't send such a file, and nothing else was allowed.
  case sendfileNotAvailable
  /// A connected datagram endpoint sends to its peer only.
  case wrongAddress(SocketAddress)
  /// The transport is closed.
  case closed
  /// A file is sent over it already.
  case alreadySendingFile
  /// A server runs for ever once at a time.
  case alreadyServing
  /// A server that was closed does not listen again.
  case serverClosed

  /// For people.
  public var description: String {
    switch self {
    case .noRoom: "the protocol gave no room for what was received"
    case .wrongProtocol(let name): "\(name) can't be used with such a transport"
    case .sendfileNotAvailable: "the kernel can't send such a file"
    case .wrongAddress(let address): "the endpoint is connected, but not to \(address)"
    case .closed: "the transport is closed"
    case .alreadySendingFile: "a file is being sent over the transport"
    case .alreadyServing: "another task waits in serveForever()"
    case .serverClosed: "the server is closed"
    }
  }
}
