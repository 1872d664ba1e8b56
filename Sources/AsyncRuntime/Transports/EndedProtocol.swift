/// Takes the place of a protocol that was told that all is over.
///
/// Protocols hold their transports as a rule: this ends it that they keep each other.
final class EndedProtocol: ConnectionProtocol, DatagramProtocol, SubprocessProtocol, Sendable {
  static let shared = EndedProtocol()

  func connectionMade(_ transport: Transport) {}

  func connectionMade(_ transport: DatagramTransport) {}

  func connectionMade(_ transport: SubprocessTransport) {}

  func datagramReceived(_ data: [UInt8], from sender: SocketAddress) {}
}
