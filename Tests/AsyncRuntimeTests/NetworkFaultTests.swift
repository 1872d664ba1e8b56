import AsyncRuntime
import Foundation
import Testing

@Suite struct `A network that fails` {
  private static let address = SocketAddress("127.0.0.1", port: 0)

  /// Both ends of a TCP connection that nobody serves: the streams of one, the socket of the other.
  private func connected() async throws -> (StreamReader, StreamWriter, Socket) {
    let loop = try #require(EventLoop.running)
    let listener = try Socket(.ipv4, .stream)
    try listener.bind(to: try #require(Self.address))
    try listener.listen()
    let port = try #require(listener.localAddress?.port)
    let (reader, writer) = try await openConnection(host: "127.0.0.1", port: port)
    return (reader, writer, try await loop.sockAccept(listener).0)
  }

  @Test func `carries all bytes in parts, through buffers that are always full`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (reader, writer, peer) = try await connected()
      // The kernel takes and gives a few thousand bytes at a time, and says again and again that
      // nothing fits, or nothing is there.
      try writer.socket?.setOption(.sendBuffer, to: 1)
      let data = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 / 5) }
      let sending = createTask {
        for start in stride(from: 0, to: data.count, by: 30_000) {
          writer.write(data[start..<start + 30_000])
          try await writer.drain()
        }
        writer.writeEOF()
      }
      var came: [UInt8] = []
      while case let bytes = try await loop.sockRecv(peer, 4000), !bytes.isEmpty { came += bytes }
      #expect(came == data)
      try await sending.value
      try await loop.sockSendall(peer, [1])
      peer.close()
      #expect(try await reader.readToEnd() == [1])
    }
  }

  @Test func `tells of a reset in the middle, whoever waits`() async throws {
    try await onOwnLoop {
      let (reader, writer, peer) = try await connected()
      let (port, site) = (peer.localAddress?.port ?? 0, #fileID)
      let reading = createTask { try await reader.readExactly(10) }
      writer.write([UInt8](repeating: 1, count: 20_000_000))
      let draining = createTask { try await writer.drain() }
      let closing = createTask { try await writer.waitClosed() }
      try await EventLoop.running?.sockSendall(peer, [1, 2, 3])
      _ = try await EventLoop.running?.sockRecv(peer, 100_000)
      try peer.setLinger(seconds: 0)
      peer.close()
      for waiting in [draining, closing] {
        let error = await #expect(throws: IOError.self) { try await waiting.value }
        #expect(error?.reason == .connectionReset)
        #expect(error?.subject == "tcp → 127.0.0.1:\(port)" && error?.fileID == site)
      }
      await #expect(throws: IOError.self) { try await reading.value }
      #expect((reader.error as? IOError)?.reason == .connectionReset)
      #expect(writer.isClosing && writer.writeBufferSize == 0)
    }
  }

  @Test func `lets who waits for a half-open connection go, and says when it is gone`()
    async throws
  {
    try await onOwnLoop {
      let listener = try Socket(.ipv4, .stream)
      try listener.bind(to: try #require(Self.address))
      try listener.listen()
      let port = try #require(listener.localAddress?.port)
      // The kernel has answered, but nobody will ever take the connection.
      let (reader, writer) = try await openConnection(host: "127.0.0.1", port: port)
      writer.write([UInt8](repeating: 1, count: 20_000_000))
      await #expect(throws: TimeoutError.self) {
        try await withTimeout(.milliseconds(10)) { try await writer.drain() }
      }
      await #expect(throws: TimeoutError.self) {
        try await withTimeout(.milliseconds(10)) { _ = try await reader.read(1) }
      }
      let reading = createTask { try await reader.read(1) }
      try await sleep(.zero)
      listener.close()
      let error = await #expect(throws: IOError.self) { try await reading.value }
      #expect(error?.reason == .connectionReset)
      await #expect(throws: IOError.self) { try await writer.drain() }
    }
  }

  @Test func `tells of a peer that was killed`() async throws {
    try await onOwnLoop {
      let (ours, theirs) = try Socket.pair()
      let number = try #require(theirs.detach())
      let child = try createSubprocessExec(
        "sleep", ["600"], options: SubprocessOptions(passedDescriptors: [number]))
      OpenFile(owning: number).close()
      let (reader, writer) = try openConnection(socket: ours)
      writer.write("never read".utf8)
      let reading = createTask { try await reader.read(1) }
      for _ in 0..<3 { try await sleep(.zero) }
      #expect(!reading.isDone)
      try child.kill()
      let error = await #expect(throws: IOError.self) { try await reading.value }
      // By the bytes that it has not read.
      #expect(error?.reason == .connectionReset && error?.operation == "receive")
      #expect(error?.subject == "unix unnamed → unnamed")
      #expect(try await child.wait() == .killed(by: SIGKILL))
    }
  }

  @Test func `lets a unix socket's clients wait until there is room`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let path = "\0asynctop-backlog-\(UUID())"
      let listener = try Socket(.unix, .stream)
      try listener.bind(to: try SocketAddress(path: path))
      try listener.listen(backlog: 0)
      let first = try Socket(.unix, .stream)
      try await loop.sockConnect(first, try SocketAddress(path: path))
      let second = try Socket(.unix, .stream)
      let waiting = [
        createTask { _ = try await openUnixConnection(path: path) },
        createTask { try await loop.sockConnect(second, try SocketAddress(path: path)) },
        createTask { _ = try await openUnixConnection(path: path) },
      ]
      for _ in 0..<5 { try await sleep(.zero) }
      #expect(waiting.allSatisfy { !$0.isDone })
      waiting[2].cancel()
      await #expect(throws: CancellationError.self) { try await waiting[2].value }
      for _ in 0..<3 { _ = try await loop.sockAccept(listener) }
      for task in waiting[..<2] { try await task.value }
    }
  }

  @Test func `runs out of descriptors, and goes on`() async throws {
    let run = try await Fixture.run("shortage")
    #expect(
      run.output == [
        "connect tcp → ...:: Too many open files, here true",
        "connect unix → @asynctop-shortage: Too many open files, here true",
        "socket : Too many open files, here true",
        "open /dev/null: Too many open files, here true",
        "make pipes for cat: Too many open files, here true",
        "datagram ...:: socket, Too many open files",
        "then 1 served, cat said hello",
        "descriptors +0",
      ])
    #expect(run.status == 0)
  }
}
