import AsyncRuntime
import Testing

@Suite struct `Streams` {
  /// Runs a server and one client against it.
  private func connected<Value: Sendable>(
    server: @escaping @Sendable (StreamReader, StreamWriter) async throws -> Void,
    client: @escaping @Sendable (StreamReader, StreamWriter) async throws -> Value
  ) async throws -> Value {
    try await onOwnLoop {
      let listening = try await startServer(host: "127.0.0.1", port: 0, server)
      defer { listening.close() }
      let (reader, writer) = try await openConnection(host: "127.0.0.1", port: listening.port)
      defer { writer.close() }
      return try await client(reader, writer)
    }
  }

  @Test func `carry lines there and back`() async throws {
    let lines = try await connected { reader, writer in
      while case let line = try await reader.readLine(), !line.isEmpty { writer.write(line) }
    } client: { reader, writer in
      var lines: [String] = []
      for text in ["one\n", "two\n"] {
        writer.write(text.utf8)
        lines.append(String(decoding: try await reader.readLine(), as: UTF8.self))
      }
      return lines
    }
    #expect(lines == ["one\n", "two\n"])
  }

  @Test func `carry more than any buffer holds`() async throws {
    let sum = try await connected { reader, writer in
      while case let bytes = try await reader.read(65536), !bytes.isEmpty {
        writer.write(bytes)
        try await writer.drain()
      }
    } client: { reader, writer in
      let chunk = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
      let sender = createTask {
        for _ in 0..<100 {
          writer.write(chunk)
          try await writer.drain()
        }
      }
      var sum = 0
      for _ in 0..<100 where try await reader.readExactly(100_000) == chunk { sum += 1 }
      try await sender.value
      return sum
    }
    #expect(sum == 100)
  }

  @Test func `say how much of what was expected came`() async throws {
    try await connected { _, writer in
      writer.write("abc".utf8)
    } client: { reader, _ in
      do {
        _ = try await reader.readExactly(5)
        Issue.record("no error")
      } catch StreamError.incomplete(let partial, let expected) {
        #expect(partial == Array("abc".utf8) && expected == 5)
      }
      #expect(reader.isAtEnd)
      #expect(try await reader.readLine() == [])
    }
  }

  @Test func `refuse a line over the limit`() async throws {
    try await onOwnLoop {
      let server = try await startServer(host: "127.0.0.1", port: 0) { _, writer in
        writer.write(repeatElement(UInt8(ascii: "x"), count: 1000))
        try await sleep(.seconds(60))
      }
      let (reader, writer) = try await openConnection(
        host: "127.0.0.1", port: server.port, lineLimit: 100)
      await #expect(throws: StreamError.lineTooLong(limit: 100)) { try await reader.readLine() }
      writer.close()
      server.close()
    }
  }

  @Test func `notice that the other end is gone`() async throws {
    try await connected { _, writer in
      writer.close()
    } client: { reader, writer in
      let bytes = try await reader.read(10)
      #expect(bytes == [])
      await #expect(throws: IOError.self) {
        for _ in 0..<1000 {
          writer.write([UInt8](repeating: 0, count: 65536))
          try await writer.drain()
        }
      }
      #expect(writer.isClosing)
    }
  }

  @Test func `let one task read at a time, and that be cancelled`() async throws {
    try await connected { reader, writer in
      writer.write(try await reader.readLine())
      _ = try await reader.readToEnd()
    } client: { reader, writer in
      let waiting = createTask { try await reader.read(1) }
      try await sleep(.zero)
      await #expect(throws: StreamError.alreadyReading) { try await reader.read(1) }
      waiting.cancel()
      await #expect(throws: CancellationError.self) { try await waiting.value }
      writer.write("x\n".utf8)
      #expect(try await reader.readLine() == Array("x\n".utf8))
    }
  }

  @Test func `serve many at once`() async throws {
    let total = try await onOwnLoop {
      let server = try await startServer(host: "127.0.0.1", port: 0) { reader, writer in
        while case let line = try await reader.readLine(), !line.isEmpty { writer.write(line) }
      }
      defer { server.close() }
      let clients = (0..<200).map { number in
        createTask {
          let (reader, writer) = try await openConnection(host: "127.0.0.1", port: server.port)
          defer { writer.close() }
          for turn in 0..<5 {
            let line = Array("\(number) \(turn)\n".utf8)
            writer.write(line)
            guard try await reader.readLine() == line else { return 0 }
          }
          return 1
        }
      }
      var total = 0
      for client in clients { total += try await client.value }
      return total
    }
    #expect(total == 200)
  }

  @Test func `are refused where nobody listens`() async throws {
    try await onOwnLoop {
      let server = try await startServer(host: "127.0.0.1", port: 0) { _, _ in }
      let port = server.port
      server.close()
      #expect(!server.isServing)
      let line: UInt32 = #line + 2
      do {
        _ = try await openConnection(host: "127.0.0.1", port: port)
        Issue.record("no error")
      } catch let error as IOError {
        #expect(error.reason == .connectionRefused && error.operation == "connect")
        #expect(error.subject == "tcp → 127.0.0.1:\(port)")
        #expect(error.fileID == #fileID && error.line == line)
      }
    }
  }
}
