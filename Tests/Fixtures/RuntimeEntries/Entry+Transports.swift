import AsyncRuntime

/// Sends back what comes, and says what came.
///
/// Sendable: it is used on one loop's thread.
private final class Echo: StreamProtocol, DatagramProtocol, @unchecked Sendable {
  let came = Queue<[UInt8]>()
  private let answers: Bool
  private var transport: (any BaseTransport)?

  init(answers: Bool = true) {
    self.answers = answers
  }

  func connectionMade(_ transport: Transport) { self.transport = transport }

  func connectionMade(_ transport: DatagramTransport) { self.transport = transport }

  func dataReceived(_ data: [UInt8]) throws {
    if answers { (transport as? Transport)?.write(data) }
    try came.putNowait(data)
  }

  func datagramReceived(_ data: [UInt8], from sender: SocketAddress) throws {
    if answers { try (transport as? DatagramTransport)?.sendto(data, sender) }
    try came.putNowait(data)
  }
}

extension Entry {
  static let transports = [
    Entry("createServer, createConnection") { actor in
      guard let loop = EventLoop.running else { return }
      try await inside(actor) { _ in
        let server = try await loop.createServer(host: "127.0.0.1", port: 0) { Echo() }
        let more = try await loop.createServer(hosts: ["127.0.0.1"], port: 0) { Echo() }
        let (transport, echo) = try await loop.createConnection(
          host: "127.0.0.1", port: server.port
        ) { Echo(answers: false) }
        try await onLoop { transport.write(bytes("hello")) }
        try check(try await echo.came.get() == bytes("hello"), "the echo")
        let file = try OpenFile(path: "/proc/self/cmdline")
        try check(try await loop.sendfile(transport, file) > 0, "sendfile")
        try check(try await echo.came.get().count > 0, "the file's echo")
        try await onLoop {
          transport.close()
          server.close()
          more.close()
        }
        try await server.waitClosed()
      }
    },
    Entry("createUnixConnection") { actor in
      guard let loop = EventLoop.running else { return }
      let path = "\0asynctop-entry-\(UInt64.random(in: 0...(.max)))"
      let server = try loop.createUnixServer(path: path) { Echo() }
      try await inside(actor) { _ in
        let (transport, echo) = try await loop.createUnixConnection(path: path) {
          Echo(answers: false)
        }
        try await onLoop { transport.write(bytes("hello")) }
        try check(try await echo.came.get() == bytes("hello"), "the echo")
        do {
          try await loop.createUnixConnection(path: path) { () throws -> Echo in
            throw Wrong(what: "as it should")
          }
          throw Wrong(what: "a protocol that could not be made")
        } catch let error as Wrong {
          try check(error.what == "as it should", error.what)
        }
        try await onLoop { transport.close() }
      }
      server.close()
    },
    Entry("createDatagramEndpoint") { actor in
      guard let loop = EventLoop.running else { return }
      try await inside(actor) { _ in
        let (one, _) = try await loop.createDatagramEndpoint(local: ("127.0.0.1", 0)) { Echo() }
        let port = one.localAddress?.port ?? 0
        let (other, echo) = try await loop.createDatagramEndpoint(remote: ("127.0.0.1", port)) {
          Echo(answers: false)
        }
        try await onLoop { try other.sendto(bytes("hello")) }
        try check(try await echo.came.get() == bytes("hello"), "the echo")
        try await onLoop {
          one.close()
          other.close()
        }
      }
    },
  ]

  static let servers = [
    Entry("serveForever, whileOpen, waitClosed") { actor in
      let server = try await startServer(
        host: "127.0.0.1", port: 0, options: ListenOptions(startServing: false)
      ) { _, _ in }
      later {
        while !server.isServing { try await sleep(.zero) }
        server.close()
      }
      try await inside(actor) { _ in
        try await server.serveForever()
        try await server.waitClosed()
        let other = try await startServer(host: "127.0.0.1", port: 0) { _, _ in }
        try await other.whileOpen { _ in try await sleep(.zero) }
        try check(!other.isServing, "whileOpen")
      }
    }
  ]
}
