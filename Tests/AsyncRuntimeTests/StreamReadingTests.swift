import AsyncRuntime
import Testing

@Suite struct `Stream readers` {
  /// A reader of one end, and the socket at the other.
  private func end(lineLimit: Int = 100) throws -> (StreamReader, StreamWriter, Socket) {
    let (ours, theirs) = try Socket.pair()
    let (reader, writer) = try openConnection(socket: ours, lineLimit: lineLimit)
    return (reader, writer, theirs)
  }

  private func send(_ text: String, to socket: Socket) async throws {
    try await EventLoop.running?.sockSendall(socket, Array(text.utf8))
  }

  @Test func `read until the separator that ends first`() async throws {
    try await onOwnLoop {
      let (reader, _, peer) = try end()
      try await send("ab\r\ncd\nef--gh", to: peer)
      let text = { (bytes: [UInt8]) in String(decoding: bytes, as: UTF8.self) }
      let ends = [Array("\n".utf8), Array("\r\n".utf8), Array("--".utf8)]
      #expect(text(try await reader.readUntil(anyOf: ends)) == "ab\r\n")
      #expect(text(try await reader.readUntil(anyOf: ends)) == "cd\n")
      #expect(text(try await reader.readUntil("--".utf8)) == "ef--")
      peer.close()
      await #expect(
        throws: StreamError.incomplete(partial: Array("gh".utf8), expected: nil)
      ) { try await reader.readUntil() }
      #expect(reader.isAtEnd)
    }
  }

  @Test func `find a separator that comes in pieces`() async throws {
    try await onOwnLoop {
      let (reader, _, peer) = try end()
      let reading = createTask { try await reader.readUntil("abcabd".utf8) }
      for piece in ["abca", "bcab", "d!"] {
        try await send(piece, to: peer)
        for _ in 0..<3 { try await sleep(.zero) }
      }
      #expect(try await reading.value == Array("abcabcabd".utf8))
      #expect(try await reader.read(10) == Array("!".utf8))
    }
  }

  @Test func `leave what has no separator within the limit`() async throws {
    try await onOwnLoop {
      let (reader, _, peer) = try end(lineLimit: 4)
      try await send("123456", to: peer)
      await #expect(throws: StreamError.overLimit(consumed: 6)) {
        try await reader.readUntil("\n".utf8)
      }
      try await send("7\n", to: peer)
      #expect(try await reader.readExactly(8) == Array("1234567\n".utf8))
      try await send("12345-", to: peer)
      await #expect(throws: StreamError.overLimit(consumed: 5)) {
        try await reader.readUntil("-".utf8)
      }
      #expect(try await reader.readExactly(6) == Array("12345-".utf8))
    }
  }

  @Test func `go on after a line that was too long`() async throws {
    try await onOwnLoop {
      let (reader, _, peer) = try end(lineLimit: 4)
      try await send("12345678\nab\n", to: peer)
      await #expect(throws: StreamError.lineTooLong(limit: 4)) { try await reader.readLine() }
      #expect(try await reader.readLine() == Array("ab\n".utf8))
    }
  }

  @Test func `have lines, of which the last may lack its end`() async throws {
    try await onOwnLoop {
      let (reader, _, peer) = try end()
      try await send("a\n\nb\r\n\r\nc\r\u{0}\n\n\nd\r", to: peer)
      peer.close()
      var lines: [String] = []
      for try await line in reader.lines { lines.append(line) }
      #expect(lines == ["a", "", "b", "", "c\r\u{0}", "", "", "d\r"] && reader.isAtEnd)
    }
  }

  @Test func `have a next line as text, and none at the end`() async throws {
    try await onOwnLoop {
      let (reader, _, peer) = try end()
      try await send("a\r\n\nb", to: peer)
      peer.close()
      #expect(try await reader.nextLine() == "a")
      #expect(try await reader.nextLine() == "")
      #expect(try await reader.nextLine() == "b")
      #expect(try await reader.nextLine() == nil)
    }
  }

  @Test func `read more than the limit where that is asked for`() async throws {
    try await onOwnLoop {
      let (reader, _, peer) = try end(lineLimit: 10)
      let data = (0..<500_000).map { UInt8(truncatingIfNeeded: $0) }
      let sending = createTask { try await EventLoop.running?.sockSendall(peer, data) }
      #expect(try await reader.read(0) == [])
      #expect(try await reader.readExactly(400_000) == Array(data[..<400_000]))
      try await sending.value
      peer.close()
      #expect(try await reader.readToEnd() == Array(data[400_000...]))
    }
  }

  @Test func `lose nothing when they are cancelled`() async throws {
    try await onOwnLoop {
      let (reader, _, peer) = try end()
      let reading = createTask { try await reader.readExactly(10) }
      try await send("12345", to: peer)
      for _ in 0..<5 { try await sleep(.zero) }
      reading.cancel()
      await #expect(throws: CancellationError.self) { try await reading.value }
      try await send("67890", to: peer)
      #expect(try await reader.readExactly(10) == Array("1234567890".utf8))
    }
  }

  @Test func `go on after the writer has ended`() async throws {
    try await onOwnLoop {
      let (reader, writer, peer) = try end()
      #expect(writer.canWriteEOF)
      writer.write([UInt8](repeating: 9, count: 1_000_000))
      writer.writeEOF()
      writer.writeEOF()
      var count = 0
      while let bytes = try await EventLoop.running?.sockRecv(peer, 65536), !bytes.isEmpty {
        count += bytes.count
      }
      #expect(count == 1_000_000)
      try await send("answer", to: peer)
      peer.close()
      #expect(try await reader.readToEnd() == Array("answer".utf8))
      writer.close()
      try await writer.waitClosed()
    }
  }

  @Test func `tell who drains that the stream was closed on this side`() async throws {
    try await onOwnLoop {
      let (_, writer, peer) = try end()
      writer.write([1])
      try await writer.drain()
      writer.close()
      writer.write([2])
      await #expect(throws: StreamError.closed) { try await writer.drain() }
      #expect(try await EventLoop.running?.sockRecv(peer, 10) == [1])
      // What was written before is still on its way.
      let (_, slow, reader) = try end()
      slow.write([UInt8](repeating: 9, count: 3_000_000))
      slow.close()
      #expect(slow.writeBufferSize > 0)
      await #expect(throws: StreamError.closed) { try await slow.drain() }
      var count = 0
      while let bytes = try await EventLoop.running?.sockRecv(reader, 1 << 20), !bytes.isEmpty {
        count += bytes.count
      }
      #expect(count == 3_000_000)
      await #expect(throws: StreamError.closed) { try await slow.drain() }
      // And who waits already, for what is dropped.
      let (_, aborted, _reader) = try end()
      aborted.write([UInt8](repeating: 9, count: 3_000_000))
      let draining = createTask { try await aborted.drain() }
      for _ in 0..<3 { try await sleep(.zero) }
      aborted.abort()
      await #expect(throws: StreamError.closed) { try await draining.value }
      _ = _reader
    }
  }

  @Test func `let a producer that goes on notice its closed stream`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      loop.exceptionHandler = { _, _ in }
      let (_, writer, peer) = try end()
      let producing = createTask {
        while true {
          writer.write([UInt8](repeating: 1, count: 100_000))
          try await writer.drain()
        }
      }
      let consuming = createTask { while try await !loop.sockRecv(peer, 1 << 20).isEmpty {} }
      loop.callLater(.milliseconds(5)) { writer.close() }
      await #expect(throws: StreamError.closed) {
        try await withTimeout(.seconds(30)) { try await producing.value }
      }
      try await consuming.value
    }
  }

  @Test func `let several tasks wait until there is room`() async throws {
    try await onOwnLoop {
      let (_, writer, peer) = try end()
      writer.setWriteBufferLimits(high: 1000, low: 0)
      writer.write([UInt8](repeating: 9, count: 3_000_000))
      let waiting = (0..<3).map { _ in createTask { try await writer.drain() } }
      for _ in 0..<5 { try await sleep(.zero) }
      #expect(waiting.allSatisfy { !$0.isDone } && writer.writeBufferSize > 0)
      var count = 0
      while count < 3_000_000 {
        count += try await EventLoop.running?.sockRecv(peer, 1 << 20).count ?? 0
      }
      for task in waiting { try await task.value }
      #expect(writer.writeBufferSize == 0)
      try await writer.drain()
    }
  }

  @Test func `refuse a count that the other end has sent and that makes no sense`() async throws {
    try await onOwnLoop {
      let (reader, _, peer) = try end()
      try await send("abc", to: peer)
      for count in [-1, -5, .min] {
        let error = StreamError.negativeCount(count)
        await #expect(throws: error) { try await reader.read(count) }
        await #expect(throws: error) { try await reader.readExactly(count) }
      }
      await #expect(throws: StreamError.emptySeparator) { try await reader.readUntil([]) }
      await #expect(throws: StreamError.emptySeparator) { try await reader.readUntil(anyOf: []) }
      await #expect(throws: StreamError.emptySeparator) {
        try await reader.readUntil(anyOf: [[1], []])
      }
      #expect(try await reader.read(0) == [])
      #expect(try await reader.readExactly(0) == [])
      // Nothing was lost, and what is too much is only what there is.
      peer.close()
      await #expect(throws: StreamError.incomplete(partial: Array("abc".utf8), expected: .max)) {
        try await reader.readExactly(.max)
      }
      // Kept bytes make no difference.
      let (second, _, other) = try end()
      try await send("1\n2", to: other)
      _ = try await second.readLine()
      await #expect(throws: StreamError.negativeCount(-1)) { try await second.read(-1) }
      #expect(try await second.read(.max) == Array("2".utf8))
    }
  }

  @Test func `stay open as long as either end is held`() async throws {
    try await onOwnLoop {
      let server = try await startServer(host: "127.0.0.1", port: 0) { reader, writer in
        while true {
          let line = try await reader.readLine()
          if line.isEmpty { return }
          try await sleep(.milliseconds(5))
          writer.write(line)
        }
      }
      let (_, writer) = try await openConnection(host: "127.0.0.1", port: server.port)
      writer.write("a\n".utf8)
      try await sleep(.milliseconds(20))
      #expect(!writer.isClosing && server.connectionCount == 1)
      let reader = try await { () async throws -> StreamReader in
        let (reader, writer) = try await openConnection(host: "127.0.0.1", port: server.port)
        writer.write("b\n".utf8)
        return reader
      }()
      #expect(try await reader.readLine() == Array("b\n".utf8))
      #expect(server.connectionCount == 2)
      writer.write("c\n".utf8)
      server.close()
    }
  }

  @Test func `are missed in debug mode when a connection ends because nobody holds them`()
    async throws
  {
    try await onOwnLoop {
      let order = Order()
      let loop = try #require(EventLoop.running)
      loop.isDebugging = true
      loop.slowCallbackDuration = .seconds(600)
      loop.exceptionHandler = { _, context in order.add(context.message) }
      let server = try await startServer(host: "127.0.0.1", port: 0) { reader, _ in
        _ = try await reader.readToEnd()
      }
      let port = server.port
      _ = try await openConnection(host: "127.0.0.1", port: port)
      let (_, writer) = try await openConnection(host: "127.0.0.1", port: port)
      writer.close()
      server.close()
      try await server.waitClosed()
      let message = "is closed: neither its reader nor its writer is held any more."
      #expect(order.items == ["tcp → 127.0.0.1:\(port) \(message)"])
    }
  }

  @Test func `and writers close a connection when both are let go of`() async throws {
    try await onOwnLoop {
      let peer = try end().2
      #expect(try await EventLoop.running?.sockRecv(peer, 1) == [])
    }
  }

  @Test(arguments: [true, false])
  func `and writers close what neither end takes any more`(closes: Bool) async throws {
    try await onOwnLoop {
      let much = [UInt8](repeating: 1, count: 5_000_000)
      let server = try await startServer(host: "127.0.0.1", port: 0) { _, writer in
        writer.write(much)
      }
      for _ in 0..<3 {
        let (reader, writer) = try await openConnection(host: "127.0.0.1", port: server.port)
        _ = try await reader.read(1)
        writer.write(much)
        if closes { writer.close() }
      }
      server.close()
      try await withTimeout(.seconds(30)) { try await server.waitClosed() }
    }
  }

  @Test func `and writers know of the connection`() async throws {
    try await onOwnLoop {
      let server = try await startServer(host: "127.0.0.1", port: 0) { reader, writer in
        _ = try await reader.readToEnd()
      }
      let (_, writer) = try await openConnection(
        host: "127.0.0.1", port: server.port,
        options: ConnectionOptions(localAddress: SocketAddress("127.0.0.3", port: 0)))
      #expect(writer.peerAddress?.port == server.port && writer.localAddress?.host == "127.0.0.3")
      #expect(try writer.socket?.option(.noDelay) == 1)
      writer.close()
      try await writer.waitClosed()
      #expect(writer.socket == nil && writer.isClosing)
      server.close()
    }
  }
}
