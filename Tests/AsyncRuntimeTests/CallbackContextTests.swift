import AsyncRuntime
import TestFixtures
import Testing

@Suite struct `Context variables in what the loop calls` {
  private static let name = ContextVariable("name", default: "none")

  /// Says which value it sees, first.
  ///
  /// Sendable: it is used on one loop's thread.
  private final class Seeing: StreamProtocol, DatagramProtocol, SubprocessProtocol,
    @unchecked Sendable
  {
    let seen: Future<String>

    init(on loop: EventLoop) { seen = Future(on: loop) }

    func see() throws {
      if !seen.isDone { try seen.setResult(name.get()) }
    }

    func connectionMade(_ transport: Transport) {}

    func connectionMade(_ transport: DatagramTransport) {}

    func connectionMade(_ transport: SubprocessTransport) {}

    func dataReceived(_ data: [UInt8]) throws { try see() }

    func datagramReceived(_ data: [UInt8], from sender: SocketAddress) throws { try see() }

    func processExited() throws { try see() }
  }

  @Test func `are those of who asked, for descriptors and signals`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (one, other) = try Socket.pair()
      let (read, written, signalled) = (Seeing(on: loop), Seeing(on: loop), Seeing(on: loop))
      try Self.name.withValue("watcher") {
        try loop.addReader(one.number) { try read.see() }
        try loop.addWriter(one.number) { try written.see() }
        try loop.addSignalHandler(55) { try signalled.see() }
      }
      try await loop.sockSendall(other, [1])
      OwnSignal.send(55)
      for seeing in [read, written, signalled] {
        #expect(try await seeing.seen.value == "watcher")
      }
      loop.removeReader(one.number)
      loop.removeWriter(one.number)
      loop.removeSignalHandler(55)
      #expect(Self.name.get() == "none")
    }
  }

  @Test func `are those of who made the transport, for protocols`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (one, other) = try Socket.pair()
      let (stream, datagram, ended) = (Seeing(on: loop), Seeing(on: loop), Seeing(on: loop))
      let target = try await Self.name.withValue("maker") {
        try loop.connectAcceptedSocket(one) { stream }
        try loop.subprocessExec("true") { ended }
        return try await loop.createDatagramEndpoint(local: ("127.0.0.1", 0)) { datagram }.0
      }
      try await loop.sockSendall(other, [1])
      let sender = try Socket(.ipv4, .datagram)
      try await loop.sockSendto(sender, [1], try #require(target.localAddress))
      for seeing in [stream, datagram, ended] {
        #expect(try await seeing.seen.value == "maker")
      }
      target.close()
    }
  }

  @Test func `are those of who started the server, for its connections`() async throws {
    try await onOwnLoop {
      let seen = try Future<String>()
      let server = try await Self.name.withValue("server") {
        try await startServer(host: "127.0.0.1", port: 0) { _, _ in
          try seen.setResult(Self.name.get())
        }
      }
      _ = try await openConnection(host: "127.0.0.1", port: server.port)
      #expect(try await seen.value == "server")
      server.close()
    }
  }
}
