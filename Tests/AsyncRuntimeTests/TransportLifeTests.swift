import AsyncRuntime
import Testing

@Suite struct `Transports and protocols that hold each other` {
  /// Holds its transport, as protocols do.
  ///
  /// Sendable: it is used on one loop's thread.
  private final class Holder: StreamProtocol, DatagramProtocol, SubprocessProtocol,
    @unchecked Sendable
  {
    let ended: Future<Void>
    private var transport: (any BaseTransport)?

    init(on loop: EventLoop) { ended = Future(on: loop) }

    func connectionMade(_ transport: Transport) { self.transport = transport }

    func connectionMade(_ transport: DatagramTransport) { self.transport = transport }

    func connectionMade(_ transport: SubprocessTransport) { self.transport = transport }

    func dataReceived(_ data: [UInt8]) {}

    func datagramReceived(_ data: [UInt8], from sender: SocketAddress) {}

    func connectionLost(_ error: (any Error)?) throws { try ended.setResult(()) }
  }

  /// Whether nothing holds a transport's protocol when it was closed.
  private func isLetGo(
    _ make: (EventLoop, Holder) async throws -> any BaseTransport
  ) async throws -> Bool {
    let loop = try #require(EventLoop.running)
    weak var weakly: Holder?
    do {
      let holder = Holder(on: loop)
      weakly = holder
      try await make(loop, holder).close()
      try await holder.ended.value
    }
    for _ in 0..<3 { try await sleep(.zero) }
    return weakly == nil
  }

  @Test func `let go when all is over`() async throws {
    try await onOwnLoop {
      let (one, _other) = try Socket.pair()
      let stream = try await isLetGo { loop, holder in
        try loop.connectAcceptedSocket(one) { holder }.0
      }
      #expect(stream)
      let datagram = try await isLetGo { loop, holder in
        try await loop.createDatagramEndpoint(local: ("127.0.0.1", 0)) { holder }.0
      }
      #expect(datagram)
      let process = try await isLetGo { loop, holder in
        try loop.subprocessExec("cat") { holder }.0
      }
      #expect(process)
      _ = _other
    }
  }
}
