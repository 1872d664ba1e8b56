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
      await #expect(throws: CancelledError.self) { try await looking.value }
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
