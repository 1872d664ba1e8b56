import AsyncRuntime
import Testing

@Suite struct `Descriptions of connections` {
  @Test func `of streams have state and byte counts`() async throws {
    try await onOwnLoop {
      let (one, other) = try Socket.pair()
      let (reader, writer) = try openConnection(socket: one)
      let (theirs, peer) = try openConnection(socket: other)
      try await peer.send("hello")
      #expect(try await reader.readExactly(2) == Array("he".utf8))
      try await writer.send("abc")
      #expect("\(reader)" == "StreamReader(\(writer.name), open, 5 bytes received, 3 unread)")
      #expect("\(writer)" == "StreamWriter(\(writer.name), open, 3 bytes sent)")
      writer.write([UInt8](repeating: 1, count: 10_000_000))
      #expect("\(writer)".hasSuffix(" kept)"))
      writer.abort()
      #expect("\(reader)".contains(", closed, 5 bytes received"))
      _ = theirs
    }
  }

  @Test func `on another thread are only names`() async throws {
    try await onOwnLoop {
      let (one, _other) = try Socket.pair()
      let (reader, writer) = try openConnection(socket: one)
      let text = try await toThread { "\(reader) \(writer)" }
      #expect(text == "StreamReader(\(writer.name)) StreamWriter(\(writer.name))")
      _ = _other
    }
  }

  @Test func `of transports have their peer`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let server = try await loop.createServer(host: "127.0.0.1", port: 0) { Collector() }
      let (transport, _) = try await loop.createConnection(host: "127.0.0.1", port: server.port) {
        Collector()
      }
      #expect(
        "\(transport)"
          == "Transport(tcp → 127.0.0.1:\(server.port), open, 0 bytes received, 0 sent)")
      transport.write("hello")
      #expect("\(transport)".hasSuffix(", open, 0 bytes received, 5 sent)"))
      transport.close()
      #expect("\(transport)".contains(", closed, "))
      let (datagrams, _) = try await loop.createDatagramEndpoint(local: ("127.0.0.1", 0)) {
        `Datagram transports`.Mailbox()
      }
      #expect(
        "\(datagrams)" == "DatagramTransport(\(datagrams.name), open, 0 bytes received, 0 sent)")
      datagrams.close()
      server.close()
    }
  }

  @Test func `of subprocesses have how they ended`() async throws {
    try await onOwnLoop {
      let child = try Subprocess("sleep", ["600"])
      #expect("\(child)" == "Subprocess(pid \(child.pid) sleep, running)")
      let loop = try #require(EventLoop.running)
      let (transport, _) = try loop.subprocessExec("sleep", ["600"]) {
        `Subprocess transports`.Recorder(on: loop)
      }
      #expect("\(transport)" == "SubprocessTransport(pid \(transport.pid) sleep, running)")
      transport.close()
      try child.kill()
      try await child.wait()
      #expect("\(child)" == "Subprocess(pid \(child.pid) sleep, killed by KILL)")
    }
  }

  @Test func `of signal sequences have their signals`() async throws {
    try await onOwnLoop {
      let sequence = try signals(12, 1)
      #expect("\(sequence)" == "SignalSequence(USR2 HUP)")
    }
  }
}
