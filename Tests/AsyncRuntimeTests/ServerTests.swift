import AsyncRuntime
import Foundation
import Testing

@Suite struct `Servers` {
  private static func echo(_ reader: StreamReader, _ writer: StreamWriter) async throws {
    for try await line in reader.byteLines { try await writer.sendLine(line) }
  }

  @Test func `are closed once their connections have ended`() async throws {
    try await onOwnLoop {
      let server = try await startServer(host: "127.0.0.1", port: 0, Self.echo)
      let (reader, writer) = try await openConnection(host: "127.0.0.1", port: server.port)
      writer.write("a\n".utf8)
      _ = try await reader.readLine()
      #expect(server.connectionCount == 1 && server.isServing)
      server.close()
      server.close()
      #expect(!server.isServing && server.addresses.isEmpty && server.sockets.isEmpty)
      writer.write("b\n".utf8)
      #expect(try await reader.readLine() == Array("b\n".utf8))
      let waiting = createTask { try await server.waitClosed() }
      for _ in 0..<5 { try await sleep(.zero) }
      #expect(!waiting.isDone)
      writer.close()
      try await waiting.value
      #expect(server.connectionCount == 0)
      try await server.waitClosed()
    }
  }

  @Test(arguments: [true, false])
  func `close or abort their connections`(aborts: Bool) async throws {
    try await onOwnLoop {
      let server = try await startServer(host: "127.0.0.1", port: 0, Self.echo)
      let (reader, writer) = try await openConnection(host: "127.0.0.1", port: server.port)
      writer.write("a\n".utf8)
      _ = try await reader.readLine()
      if aborts { server.abortClients() } else { server.closeClients() }
      #expect(try await reader.readToEnd() == [])
      server.close()
      try await server.waitClosed()
    }
  }

  @Test func `serve for ever until they are closed or that is cancelled`() async throws {
    try await onOwnLoop {
      for cancels in [true, false] {
        let server = try await startServer(
          host: "127.0.0.1", port: 0, options: ListenOptions(startServing: false), Self.echo)
        #expect(!server.isServing && server.port != 0)
        let serving = createTask { try await server.serveForever() }
        try await sleep(.zero)
        #expect(server.isServing)
        await #expect(throws: TransportError.alreadyServing) { try await server.serveForever() }
        if cancels {
          serving.cancel()
          await #expect(throws: CancellationError.self) { try await serving.value }
        } else {
          server.close()
          try await serving.value
        }
        #expect(!server.isServing)
        await #expect(throws: TransportError.serverClosed) { try await server.serveForever() }
      }
    }
  }

  @Test func `listen on several hosts`() async throws {
    try await onOwnLoop {
      let server = try await startServer(
        hosts: ["127.0.0.1", "127.0.0.2"], port: 0, Self.echo)
      #expect(server.addresses.count == 2 && server.sockets.count == 2)
      for address in server.addresses {
        let host = try #require(address.host)
        let (reader, writer) = try await openConnection(host: host, port: address.port)
        writer.write("x\n".utf8)
        #expect(try await reader.readLine() == Array("x\n".utf8))
        #expect(writer.peerAddress == address)
      }
      server.close()
    }
  }

  @Test func `are refused an address that another has`() async throws {
    try await onOwnLoop {
      let server = try await startServer(host: "127.0.0.1", port: 0, Self.echo)
      let error = await #expect(throws: IOError.self) {
        try await startServer(host: "127.0.0.1", port: server.port, Self.echo)
      }
      #expect(error?.reason == .addressInUse)
      let shared = ListenOptions(reusePort: true)
      let one = try await startServer(host: "127.0.0.1", port: 0, options: shared, Self.echo)
      let two = try await startServer(
        host: "127.0.0.1", port: one.port, options: shared, Self.echo)
      #expect(one.port == two.port)
      for server in [server, one, two] { server.close() }
    }
  }

  @Test func `that ended can listen on their address again at once`() async throws {
    // Nobody takes the port between the two: the kernel gives those below 32768 to none who asks
    // for any, and another run of this test has another.
    let (host, port) = ("127.0.0.77", UInt16(20_000 + getpid() % 10_000))
    try await onOwnLoop {
      let server = try await startServer(host: host, port: port, Self.echo)
      let (_, writer) = try await openConnection(host: host, port: port)
      try await writer.drain()
      server.closeClients()
      server.close()
      // A program that another test starts just now has the listener until it is executed. What the
      // kernel itself keeps of a connection it keeps for a minute.
      try await withTimeout(.seconds(30)) {
        while true {
          do {
            return try await startServer(host: host, port: port, Self.echo).close()
          } catch let error as IOError where error.reason == .addressInUse {
            try await sleep(.milliseconds(1))
          }
        }
      }
    }
  }

  @Test func `run a body and wait for the end`() async throws {
    try await onOwnLoop {
      let server = try await startServer(host: "127.0.0.1", port: 0, Self.echo)
      let line = try await server.whileOpen { server in
        let (reader, writer) = try await openConnection(host: "127.0.0.1", port: server.port)
        writer.write("x\n".utf8)
        return try await reader.readLine()
      }
      #expect(line == Array("x\n".utf8) && !server.isServing)
    }
  }

  @Test func `replace a unix socket that was left, and remove only their own`() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).sock").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await onOwnLoop {
      let left = try Socket(.unix, .stream)
      try left.bind(to: try SocketAddress(path: path))
      left.close()
      let server = try startUnixServer(path: path, Self.echo)
      let (reader, writer) = try await openUnixConnection(path: path)
      writer.write("x\n".utf8)
      #expect(try await reader.readLine() == Array("x\n".utf8))
      server.close()
      #expect(!FileManager.default.fileExists(atPath: path))
      let second = try startUnixServer(path: path, Self.echo)
      let third = try startUnixServer(path: path, Self.echo)
      second.close()
      #expect(FileManager.default.fileExists(atPath: path))
      third.close()
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test(arguments: [true, false])
  func `remove the file of a socket that was bound beforehand`(cleanup: Bool) async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).sock").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await onOwnLoop {
      let options = ListenOptions(cleanupSocket: cleanup)
      let socket = try Socket(.unix, .stream)
      try socket.bind(to: try SocketAddress(path: path))
      try startServer(socket: socket, options: options, Self.echo).close()
      #expect(FileManager.default.fileExists(atPath: path) == !cleanup)
      let server = try startUnixServer(path: path, options: options, Self.echo)
      server.close()
      #expect(FileManager.default.fileExists(atPath: path) == !cleanup)
      // One that has taken the place of its file stays.
      let replaced = try startUnixServer(path: path, options: options, Self.echo)
      try FileManager.default.removeItem(atPath: path)
      try Data([1]).write(to: URL(filePath: path))
      replaced.close()
      #expect(FileManager.default.fileExists(atPath: path))
      try FileManager.default.removeItem(atPath: path)
      // An abstract name has none.
      let abstract = try Socket(.unix, .stream)
      try abstract.bind(to: try SocketAddress(path: "\0asynctop-\(UUID())"))
      try startServer(socket: abstract, options: options, Self.echo).close()
    }
  }

  @Test func `keep a connection open whose streams are kept, after the handler has returned`()
    async throws
  {
    try await onOwnLoop {
      let kept = Order()
      nonisolated(unsafe) var streams: [(StreamReader, StreamWriter)] = []
      let server = try await startServer(host: "127.0.0.1", port: 0) { reader, writer in
        unsafe streams.append((reader, writer))
        kept.add("kept")
      }
      let (reader, writer) = try await openConnection(host: "127.0.0.1", port: server.port)
      try await withTimeout(.seconds(30)) {
        while kept.items.isEmpty { try await sleep(.milliseconds(1)) }
      }
      for _ in 0..<5 { try await sleep(.zero) }
      #expect(server.connectionCount == 1)
      let (theirReader, theirWriter) = unsafe streams[0]
      writer.write("a\n".utf8)
      #expect(try await theirReader.readLine() == Array("a\n".utf8))
      theirWriter.write("b\n".utf8)
      #expect(try await reader.readLine() == Array("b\n".utf8))
      // One half is enough.
      unsafe streams = []
      theirWriter.write("c\n".utf8)
      #expect(try await reader.readLine() == Array("c\n".utf8))
      withExtendedLifetime((theirReader, theirWriter)) {}
      server.close()
    }
  }

  @Test func `close the connections of tasks that fail, are cancelled or never begin`()
    async throws
  {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      loop.exceptionHandler = { _, _ in }
      nonisolated(unsafe) var kept: [StreamWriter] = []
      let server = try await startServer(host: "127.0.0.1", port: 0) { _, writer in
        unsafe kept.append(writer)
        if unsafe kept.count == 1 { throw RecordingProtocol.Failure() }
        try await sleep(.seconds(600))
      }
      let clients = try await gather(
        (0..<3).map { _ in
          coroutine { try await openConnection(host: "127.0.0.1", port: server.port) }
        })
      // Also those that have not begun.
      try await withTimeout(.seconds(30)) {
        while server.connectionCount < 2 { try await sleep(.zero) }
      }
      server.close()
      try await withTimeout(.seconds(30)) {
        while server.connectionCount > 0 {
          for task in allTasks() where task.name.hasPrefix("client") { task.cancel() }
          try await sleep(.milliseconds(1))
        }
      }
      for (reader, _) in clients { _ = try? await reader.readToEnd() }
      unsafe kept = []
    }
  }

  @Test func `never replace a file that is no socket`() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
    try Data([1]).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await onOwnLoop {
      let error = #expect(throws: IOError.self) { try startUnixServer(path: path, Self.echo) }
      #expect(error?.reason == .addressInUse)
    }
    #expect(FileManager.default.fileExists(atPath: path))
  }

  @Test func `tell the exception handler what a connection's task throws`() async throws {
    try await onOwnLoop {
      let order = Order()
      EventLoop.running?.exceptionHandler = { _, context in order.add("\(context)") }
      let server = try await startServer(host: "127.0.0.1", port: 0) { _, _ in
        throw RecordingProtocol.Failure()
      }
      let line = #line - 3
      let (reader, writer) = try await openConnection(host: "127.0.0.1", port: server.port)
      let peer = try #require(writer.localAddress)
      #expect(try await reader.readToEnd() == [])
      #expect(
        order.items == [
          "Serving tcp 127.0.0.1:\(server.port) ← \(peer) failed. Task: client \(peer)."
            + " Created at \(#fileID):\(line). Error: Failure()"
        ])
      server.close()
    }
  }

  @Test func `take a socket that was bound elsewhere`() async throws {
    try await onOwnLoop {
      let socket = try Socket(.ipv4, .stream)
      try socket.bind(to: try #require(SocketAddress("127.0.0.1", port: 0)))
      let server = try startServer(socket: socket, Self.echo)
      #expect(socket.isClosed && server.port != 0)
      let (reader, writer) = try await openConnection(host: "127.0.0.1", port: server.port)
      writer.write("x\n".utf8)
      #expect(try await reader.readLine() == Array("x\n".utf8))
      server.close()
    }
  }
}
