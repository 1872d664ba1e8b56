import AsyncRuntime
import Testing

@Suite struct `Names and addresses` {
  @Test func `are looked up for hosts and services`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let numbers = try await loop.getaddrinfo("127.0.0.1", "80", flags: .numericHost)
      #expect(numbers.map { "\($0.address)" } == ["127.0.0.1:80"])
      #expect(numbers[0].family == .ipv4 && numbers[0].kind == .stream)
      let local = try await loop.getaddrinfo("localhost", "0", family: .ipv4)
      #expect(local.first?.address.host == "127.0.0.1")
      let names = try await loop.getnameinfo(
        numbers[0].address, flags: [.numericHost, .numericService])
      #expect(names.host == "127.0.0.1" && names.service == "80")
    }
  }

  @Test func `have reasons where there are none`() async throws {
    try await onOwnLoop {
      let error = await #expect(throws: AddressError.self) {
        try await EventLoop.running?.getaddrinfo("not.a.number", "1", flags: .numericHost)
      }
      #expect(error?.host == "not.a.number" && error?.reason.isEmpty == false)
      await #expect(throws: (any Error).self) {
        try await openConnection(
          host: "127.0.0.1", port: 1, options: ConnectionOptions(family: .ipv6))
      }
    }
  }

  @Test func `do not hold up the loop, nor a task that is cancelled`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let looking = createTask { try await loop.getaddrinfo("localhost", "1") }
      try await sleep(.zero)
      #expect(!looking.isDone)
      looking.cancel()
      await #expect(throws: CancellationError.self) { try await looking.value }
    }
  }

  @Test func `do not wait behind functions that block the default executor`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let gate = Gate()
      let blocked = (0..<ThreadPool.defaultThreadLimit + 5).map { _ in
        createTask { try await toThread { gate.wait() } }
      }
      defer { gate.open() }
      for _ in 0..<3 { try await sleep(.zero) }
      let found = try await withTimeout(.seconds(30)) {
        try await loop.getaddrinfo("localhost", "1")
      }
      #expect(!found.isEmpty && blocked.allSatisfy { !$0.isDone })
      let address = try #require(SocketAddress("127.0.0.1", port: 1))
      let names = try await withTimeout(.seconds(30)) { try await loop.getnameinfo(address) }
      #expect(!names.host.isEmpty)
      gate.open()
      for task in blocked { try await task.value }
    }
  }

  /// Where threads wait until it is opened.
  final class Gate: Sendable {
    private let future = ThreadFuture<Void>()

    func wait() { _ = try? future.result() }

    func open() { try? future.setResult(()) }
  }

  @Test func `are not those of what a name with a zero byte begins with`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      await #expect(throws: AddressError.self) {
        try await loop.getaddrinfo("localhost\0.example.org", "1")
      }
      await #expect(throws: AddressError.self) {
        try await openConnection(host: "127.0.0.1\0.example.org", port: 1)
      }
    }
  }

  @Test func `lead to connections by name`() async throws {
    try await onOwnLoop {
      let server = try await startServer(host: "localhost", port: 0) { _, writer in
        writer.write([1])
      }
      let (reader, _) = try await openConnection(host: "localhost", port: server.port)
      #expect(try await reader.readToEnd() == [1])
      server.close()
    }
  }
}
