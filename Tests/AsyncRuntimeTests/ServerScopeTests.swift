import AsyncRuntime
import Testing

@Suite struct `Servers that are asked` {
  @Test func `give connections as they come, until they close`() async throws {
    try await onOwnLoop {
      let server = try await startServer(host: "127.0.0.1", port: 0)
      let serving = createTask {
        var lines: [String] = []
        for try await (reader, writer) in server.connections {
          lines.append(String(decoding: try await reader.readLine(), as: UTF8.self))
          writer.close()
        }
        return lines
      }
      for text in ["one", "two", "three"] {
        try await withConnection(host: "127.0.0.1", port: server.port) { reader, writer in
          try await writer.sendLine(text)
          #expect(try await reader.readToEnd() == [])
        }
      }
      server.close()
      #expect(try await serving.value == ["one\n", "two\n", "three\n"])
    }
  }

  @Test func `accept nothing that nobody asks for`() async throws {
    try await onOwnLoop {
      let server = try await startServer(host: "127.0.0.1", port: 0)
      let clients = try await gather(
        (0..<5).map { _ in
          coroutine { try await openConnection(host: "127.0.0.1", port: server.port) }
        })
      for _ in 0..<5 { try await sleep(.milliseconds(1)) }
      #expect(server.connectionCount == 0)
      var asked = server.connections.makeAsyncIterator()
      let first = try #require(try await asked.next())
      #expect(server.connectionCount == 1)
      #expect("\(server)".hasSuffix(", serving, 1 connection)"))
      try await first.writer.send("x")
      #expect(try await clients[0].reader.readExactly(1) == Array("x".utf8))
      server.close()
      #expect(try await asked.next() == nil)
    }
  }

  @Test func `lose no connection when who asks is cancelled`() async throws {
    try await onOwnLoop {
      let server = try await startServer(host: "127.0.0.1", port: 0)
      let asking = (0..<3).map { _ in
        createTask {
          var asked = server.connections.makeAsyncIterator()
          return try await asked.next()?.writer.peerAddress
        }
      }
      for _ in 0..<3 { try await sleep(.zero) }
      asking[0].cancel()
      let (_, one) = try await openConnection(host: "127.0.0.1", port: server.port)
      let (_, two) = try await openConnection(host: "127.0.0.1", port: server.port)
      await #expect(throws: CancellationError.self) { try await asking[0].value }
      #expect(try await asking[1].value == one.localAddress)
      #expect(try await asking[2].value == two.localAddress)
      server.close()
    }
  }

  @Test func `pass on what came for who was cancelled then`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let server = try await startServer(host: "127.0.0.1", port: 0)
      let asking = createTask {
        var asked = server.connections.makeAsyncIterator()
        return try await asked.next()
      }
      for _ in 0..<3 { try await sleep(.zero) }
      // Looks again and again, between what is ready and what the kernel reports: so it is
      // cancelled after it was woken, and before it has run.
      let cancelled = try Future<Void>()
      func look() throws {
        if server.connectionCount == 0 {
          loop.callSoon(look)
        } else {
          asking.cancel()
          try cancelled.setResult(())
        }
      }
      try look()
      let (_, writer) = try await openConnection(host: "127.0.0.1", port: server.port)
      try await withTimeout(.seconds(30)) { try await cancelled.value }
      let next: (reader: StreamReader, writer: StreamWriter)?
      do {
        next = try await asking.value
      } catch is CancellationError {
        var asked = server.connections.makeAsyncIterator()
        next = try await withTimeout(.seconds(30)) { try await asked.next() }
      }
      #expect(next?.writer.peerAddress == writer.localAddress)
      server.close()
    }
  }

  @Test func `serve while a body runs, and wait for their connections`() async throws {
    try await onOwnLoop {
      let port = try Future<UInt16>()
      let client = createTask {
        let port = try await port.value
        return try await withConnection(host: "127.0.0.1", port: port) { reader, writer in
          try await writer.send("a\nb\n")
          writer.writeEOF()
          return String(decoding: try await reader.readToEnd(), as: UTF8.self)
        }
      }
      let server = try await withServer(
        host: "127.0.0.1", port: 0,
        serving: { reader, writer in
          for try await line in reader.lines { try await writer.sendLine(line + "!") }
        }
      ) { server in
        try port.setResult(server.port)
        try await withTimeout(.seconds(30)) {
          while server.connectionCount == 0 { try await sleep(.zero) }
        }
        return server
      }
      #expect(!server.isServing && server.connectionCount == 0)
      #expect("\(server)" == "Server(\(server.name), closed, 0 connections)")
      #expect(try await client.value == "a!\nb!\n")
    }
  }

  @Test func `close their connections when the body fails`() async throws {
    try await onOwnLoop {
      let kept = try Future<StreamReader>()
      await #expect(throws: RecordingProtocol.Failure()) {
        try await withServer(
          host: "127.0.0.1", port: 0, serving: { reader, _ in _ = try await reader.readToEnd() }
        ) { server in
          let (reader, _) = try await openConnection(host: "127.0.0.1", port: server.port)
          try await withTimeout(.seconds(30)) {
            while server.connectionCount == 0 { try await sleep(.zero) }
          }
          try kept.setResult(reader)
          throw RecordingProtocol.Failure()
        }
      }
      let rest = try await kept.value.readToEnd()
      #expect(rest == [])
    }
  }
}
