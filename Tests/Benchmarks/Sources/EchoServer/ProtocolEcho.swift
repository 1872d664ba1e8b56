import AsyncRuntime

/// Echo with a callback for each piece that comes.
final class ProtocolEcho: StreamProtocol {
  private var transport: Transport?

  func connectionMade(_ transport: Transport) {
    self.transport = transport
  }

  func connectionLost(_ error: (any Error)?) {
    transport = nil
  }

  func dataReceived(_ data: [UInt8]) {
    transport?.write(data)
  }

  @MainActor
  static func serve(on loop: EventLoop) async throws -> Server {
    try await loop.createServer(
      host: "127.0.0.1", port: 0, options: EchoServer.options
    ) { ProtocolEcho() }
  }

  @MainActor
  static func serve(path: String, on loop: EventLoop) throws -> Server {
    try loop.createUnixServer(path: path, options: EchoServer.options) {
      ProtocolEcho()
    }
  }
}
