import AsyncRuntime

/// Echo of datagrams.
final class DatagramEcho: DatagramProtocol {
  private var transport: DatagramTransport?

  func connectionMade(_ transport: DatagramTransport) {
    self.transport = transport
  }

  func connectionLost(_ error: (any Error)?) {
    transport = nil
  }

  func datagramReceived(_ data: [UInt8], from sender: SocketAddress) throws {
    try transport?.sendto(data, sender)
  }

  /// Returns its port.
  @MainActor
  static func serve(on loop: EventLoop) async throws -> UInt16 {
    let (transport, _) = try await loop.createDatagramEndpoint(
      local: ("127.0.0.1", 0)
    ) { DatagramEcho() }
    return transport.localAddress?.port ?? 0
  }
}
