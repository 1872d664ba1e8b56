import AsyncRuntime

/// Counts heartbeats.
final class HeartbeatMeter: DatagramProtocol {
  private var beats = 0

  func connectionMade(_ transport: DatagramTransport) {}

  func datagramReceived(_ data: [UInt8], from sender: SocketAddress) {
    beats += 1
  }
}
