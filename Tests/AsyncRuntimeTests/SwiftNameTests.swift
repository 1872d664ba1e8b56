import AsyncRuntime
import Foundation
import Testing

/// What has a name of Swift's beside asyncio's.
@Suite struct `Calls with names of Swift's` {
  @Test func `of sockets do what asyncio's do`() async throws {
    try await onOwnLoop {
      let listener = try Socket(.ipv4, .stream)
      try listener.bind(to: try #require(SocketAddress("127.0.0.1", port: 0)))
      try listener.listen()
      let client = try Socket(.ipv4, .stream)
      let accepting = createTask { try await listener.accept() }
      try await client.connect(to: try #require(listener.localAddress))
      let (server, peer) = try await accepting.value
      #expect(peer == client.localAddress)
      try await client.send("hello")
      #expect(try await server.receive(upTo: 3) == Array("hel".utf8))
      var buffer = [UInt8](repeating: 0, count: 10)
      #expect(try await server.receive(into: &buffer) == 2)
      #expect(buffer[..<2] == [108, 111])
      let file = try OpenFile(path: "/proc/self/cmdline")
      #expect(try await server.sendFile(file) > 0)
      server.close()
      while try await !client.receive(upTo: 1000).isEmpty {}
    }
  }

  @Test func `of datagram sockets and transports carry messages`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let socket = try Socket(.ipv4, .datagram)
      try socket.bind(to: try #require(SocketAddress("127.0.0.1", port: 0)))
      let address = try #require(socket.localAddress)
      let (transport, mailbox) = try await loop.createDatagramEndpoint(
        local: ("127.0.0.1", 0)
      ) { `Datagram transports`.Mailbox() }
      try transport.send("ping", to: address)
      let (message, sender) = try await socket.receiveDatagram(upTo: 100)
      #expect(message == Array("ping".utf8) && sender == transport.localAddress)
      try await socket.send("pong".utf8, to: sender)
      try await mailbox.called("letter 1")
      #expect(mailbox.letters.first?.0 == Array("pong".utf8))
      transport.close()
    }
  }

  @Test func `of subprocesses start them`() async throws {
    try await onOwnLoop {
      let listing = try Subprocess("echo", ["a", "b"], stdout: .pipe)
      let (output, _, status) = try await listing.communicate()
      #expect(output == Array("a b\n".utf8) && status.isSuccess)
      let counting = try Subprocess(shell: "wc -c", stdin: .pipe, stdout: .pipe)
      #expect(try await counting.communicate(input: "four").stdout == Array("4\n".utf8))
    }
  }

  @Test func `of streams read until text`() async throws {
    try await onOwnLoop {
      let (one, other) = try Socket.pair()
      let (reader, _writer) = try openConnection(socket: one)
      try await other.send("head\r\n\r\nbody")
      #expect(try await reader.readUntil("\r\n\r\n") == Array("head\r\n\r\n".utf8))
      _ = _writer
    }
  }

  @Test func `of lines carry JSON`() async throws {
    struct Message: Codable, Equatable {
      var from: String
      var text: String
    }
    try await onOwnLoop {
      let (one, other) = try Socket.pair()
      let (reader, writer) = (
        try openConnection(socket: one).reader, try openConnection(socket: other).writer
      )
      let messages = [Message(from: "a", text: "1\n2"), Message(from: "b", text: "„ü“")]
      for message in messages { try await writer.sendLine(JSONEncoder().encode(message)) }
      writer.close()
      let decoded = reader.byteLines.map {
        try JSONDecoder().decode(Message.self, from: Data($0))
      }
      var received: [Message] = []
      for try await message in decoded { received.append(message) }
      #expect(received == messages)
    }
  }

  @Test func `of errors can be made, and say something in Foundation`() {
    let error = IOError(reason: .connectionRefused, operation: "connect", subject: "tcp → here")
    #expect("\(error)".hasPrefix("connect tcp → here: Connection refused (AsyncRuntimeTests/"))
    #expect((error as any Error).localizedDescription.contains("Connection refused"))
    #expect((error as NSError).domain == NSPOSIXErrorDomain)
    #expect((error as NSError).code == Int(ECONNREFUSED))
  }
}
