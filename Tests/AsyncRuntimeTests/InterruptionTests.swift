import AsyncRuntime
import Foundation
import Testing

@Suite struct `Calls that signals interrupt` {
  private static let data = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }

  /// Runs a body while the loop's thread, and the one that blocks for it, are interrupted.
  private func interrupted(_ body: @escaping @Sendable () async throws -> Void) async throws {
    try await onOwnLoop {
      let before = Interruptions.happened
      let interruptions = Interruptions()
      interruptions.join()
      let pool = ThreadPool(name: "interrupted", threadLimit: 1)
      EventLoop.running?.setDefaultExecutor(pool)
      try await toThread { interruptions.join() }
      defer { interruptions.stop() }
      // Else it might be over before the first.
      try await withTimeout(.seconds(30)) {
        while Interruptions.happened == before { try await sleep(.milliseconds(1)) }
      }
      try await body()
    }
  }

  @Test func `lose nothing on streams`() async throws {
    try await interrupted {
      let server = try await startServer(host: "127.0.0.1", port: 0) { reader, writer in
        while case let bytes = try await reader.read(10_000), !bytes.isEmpty {
          writer.write(bytes)
          try await writer.drain()
        }
      }
      let (reader, writer) = try await openConnection(host: "127.0.0.1", port: server.port)
      let sending = createTask {
        for start in stride(from: 0, to: Self.data.count, by: 50_000) {
          writer.write(Self.data[start..<start + 50_000])
          try await writer.drain()
        }
        writer.writeEOF()
      }
      #expect(try await reader.readToEnd() == Self.data)
      try await sending.value
      writer.close()
      server.close()
      try await server.waitClosed()
    }
  }

  @Test func `lose nothing of a file`() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(Self.data).write(to: URL(filePath: path))
    try await interrupted {
      let loop = try #require(EventLoop.running)
      let (ours, theirs) = try Socket.pair()
      let (source, feed) = try Socket.pair()
      let (_, writer) = try openConnection(socket: ours)
      let (reader, _) = try openConnection(socket: theirs)
      let (byKernel, byHand) = (
        try OpenFile(path: path), OpenFile(owning: try #require(source.detach()))
      )
      try await loop.sockSendall(feed, Array(Self.data[..<1000]))
      feed.close()
      let sending = createTask {
        let first = try await writer.sendFile(byKernel)
        // Has no place to send from: it is read on the other thread, and written.
        return (first, try await writer.sendFile(byHand, count: 1000))
      }
      #expect(try await reader.readExactly(Self.data.count) == Self.data)
      #expect(try await reader.readExactly(1000) == Array(Self.data[..<1000]))
      #expect(try await sending.value == (Self.data.count, 1000))
    }
  }

  @Test func `connect and accept all the same`() async throws {
    try await interrupted {
      let path = "\0asynctop-interrupted-\(UUID())"
      let serve: Server.StreamHandler = { reader, writer in
        writer.write(try await reader.readLine())
      }
      let servers = [
        try await startServer(host: "127.0.0.1", port: 0, serve),
        try startUnixServer(path: path, serve),
      ]
      let port = servers[0].port
      for number in 0..<200 {
        let (reader, writer) =
          number.isMultiple(of: 2)
          ? try await openConnection(host: "127.0.0.1", port: port)
          : try await openUnixConnection(path: path)
        writer.write("\(number)\n".utf8)
        #expect(try await reader.readLine() == Array("\(number)\n".utf8))
        writer.close()
      }
      for server in servers { server.close() }
    }
  }

  @Test func `know how children end`() async throws {
    try await interrupted {
      for _ in 0..<20 {
        let child = try createSubprocessExec("cat", stdin: .pipe, stdout: .pipe)
        let result = try await child.communicate(input: Array(Self.data[..<100_000]))
        #expect(result.stdout == Array(Self.data[..<100_000]) && result.status == .exited(0))
        let sleeper = try createSubprocessExec("sleep", ["600"])
        try sleeper.kill()
        #expect(try await sleeper.wait() == .killed(by: SIGKILL))
      }
    }
  }

  @Test func `block on other threads, and carry messages`() async throws {
    try await interrupted {
      let loop = try #require(EventLoop.running)
      let (one, other) = (try Socket(.ipv4, .datagram), try Socket(.ipv4, .datagram))
      for socket in [one, other] {
        try socket.bind(to: try #require(SocketAddress("127.0.0.1", port: 0)))
      }
      let target = try #require(other.localAddress)
      for number in 0..<200 {
        #expect(try await toThread { number } == number)
        let receiving = createTask { try await loop.sockRecvfrom(other, 10) }
        try await sleep(.zero)
        try await loop.sockSendto(one, [UInt8(number)], target)
        #expect(try await receiving.value.0 == [UInt8(number)])
        let found = try await loop.getaddrinfo("127.0.0.1", "80")
        #expect(found.first?.address.port == 80)
        try await sleep(.microseconds(50))
      }
    }
  }
}
