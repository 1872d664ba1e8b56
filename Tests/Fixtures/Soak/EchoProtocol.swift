import AsyncRuntime

/// Sends back what comes, over whatever transport.
///
/// Sendable: it is used on one loop's thread.
final class EchoProtocol: StreamProtocol, DatagramProtocol, @unchecked Sendable {
  // And its transport holds it.
  private var transport: (any BaseTransport)?

  func connectionMade(_ transport: Transport) { self.transport = transport }

  func connectionMade(_ transport: DatagramTransport) { self.transport = transport }

  func dataReceived(_ data: [UInt8]) {
    (transport as? Transport)?.write(data)
  }

  func datagramReceived(_ data: [UInt8], from sender: SocketAddress) throws {
    try (transport as? DatagramTransport)?.sendto(data, sender)
  }

  func pauseWriting() { (transport as? Transport)?.pauseReading() }

  func resumeWriting() { (transport as? Transport)?.resumeReading() }
}
