import AsyncRuntime
import Foundation
import Testing

@Suite struct `Datagram transports` {
  /// Keeps what comes.
  ///
  /// Sendable: it is used on one loop's thread.
  final class Mailbox: RecordingProtocol, DatagramProtocol, @unchecked Sendable {
    private(set) var letters: [([UInt8], SocketAddress)] = []
    var echoes = false

    func connectionMade(_ transport: DatagramTransport) throws { try made(transport) }

    func datagramReceived(_ data: [UInt8], from sender: SocketAddress) throws {
      letters.append((data, sender))
      if echoes { try (transport as? DatagramTransport)?.sendto(data, sender) }
      try note("letter \(letters.count)")
    }

    func errorReceived(_ error: IOError) throws { try note("error: \(error.reason)") }
  }

  @Test func `carry messages there and back`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let server = Mailbox()
      server.echoes = true
      let (there, _) = try await loop.createDatagramEndpoint(local: ("127.0.0.1", 0)) { server }
      let address = try #require(there.localAddress)
      let (here, client) = try await loop.createDatagramEndpoint(
        remote: ("127.0.0.1", address.port)
      ) { Mailbox() }
      #expect(here.peerAddress == address && here.name.hasSuffix(" → \(address)"))
      try here.sendto(Array("hello".utf8))
      try here.sendto([])
      try here.sendto([1], address)
      try await client.called("letter 3")
      #expect(client.letters.map(\.0) == [Array("hello".utf8), [], [1]])
      #expect(server.letters.allSatisfy { $0.1 == here.localAddress })
      let other = try #require(SocketAddress("127.0.0.1", port: 1))
      #expect(throws: TransportError.wrongAddress(other)) { try here.sendto([1], other) }
      here.close()
      there.close()
      #expect(client.calls.last == "letter 3")
      try await client.called("lost")
      try await server.called("lost")
      #expect(client.lost == nil && here.isClosing && here.socket == nil)
      for _ in 0..<10 { try here.sendto([1]) }
    }
  }

  /// Takes whatever error comes, and ends without a word: as asyncio's protocols may.
  private final class Plain: DatagramProtocol, StreamProtocol {
    private(set) var heard: [String] = []

    func connectionMade(_ transport: Transport) {}
    func connectionMade(_ transport: DatagramTransport) {}
    func dataReceived(_ data: [UInt8]) {}
    func datagramReceived(_ data: [UInt8], from sender: SocketAddress) {}
    func errorReceived(_ error: any Error) { heard.append("error") }
    func eofReceived() { heard.append("end") }
    func connectionLost(_ error: (any Error)?) { heard.append("lost") }
  }

  @Test func `and streams call methods with any error and without an answer`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (one, other) = try Socket.pair()
      let (transport, stream) = try loop.connectAcceptedSocket(one) { Plain() }
      other.close()
      while !stream.heard.contains("lost") { try await sleep(.milliseconds(1)) }
      #expect(stream.heard == ["end", "lost"] && transport.isClosing)
      let gone = try Socket(.ipv4, .datagram)
      try gone.bind(to: try #require(SocketAddress("127.0.0.1", port: 0)))
      let port = try #require(gone.localAddress?.port)
      gone.close()
      let (here, plain) = try await loop.createDatagramEndpoint(remote: ("127.0.0.1", port)) {
        Plain()
      }
      try here.sendto([1])
      while plain.heard.isEmpty { try await sleep(.milliseconds(1)) }
      #expect(plain.heard == ["error"])
      here.abort()
    }
  }

  @Test func `hear that nobody is there, and go on`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let gone = try Socket(.ipv4, .datagram)
      try gone.bind(to: try #require(SocketAddress("127.0.0.1", port: 0)))
      let port = try #require(gone.localAddress?.port)
      gone.close()
      let (here, client) = try await loop.createDatagramEndpoint(remote: ("127.0.0.1", port)) {
        Mailbox()
      }
      try here.sendto([1])
      try await client.called("error: \(Errno.connectionRefused)")
      #expect(!here.isClosing)
      here.abort()
      try await client.called("lost")
    }
  }

  @Test func `hear that a message is too long`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (here, client) = try await loop.createDatagramEndpoint(local: ("127.0.0.1", 0)) {
        Mailbox()
      }
      try here.sendto([UInt8](repeating: 0, count: 70_000), here.localAddress)
      #expect(client.calls.last == "error: \(Errno.messageTooLong)")
      here.close()
    }
  }

  @Test func `reach everyone where that is allowed`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (there, server) = try await loop.createDatagramEndpoint(local: (nil, 0)) { Mailbox() }
      let port = try #require(there.localAddress?.port)
      let everyone = try #require(SocketAddress("127.255.255.255", port: port))
      let (shy, refused) = try await loop.createDatagramEndpoint(local: ("127.0.0.1", 0)) {
        Mailbox()
      }
      try shy.sendto([1], everyone)
      #expect(refused.calls.last == "error: \(Errno.accessDenied)")
      let (loud, _) = try await loop.createDatagramEndpoint(
        local: ("127.0.0.1", 0), options: DatagramOptions(allowBroadcast: true)
      ) { Mailbox() }
      try loud.sendto([2], everyone)
      try await server.called("letter")
      #expect(server.letters.map(\.0) == [[2]])
      for transport in [there, shy, loud] { transport.close() }
    }
  }

  @Test func `keep what does not fit, and say so`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (ours, theirs) = try Socket.pair(.datagram)
      let (here, client) = try loop.createDatagramEndpoint(socket: ours) { Mailbox() }
      here.setWriteBufferLimits(high: 1000)
      let letter = [UInt8](repeating: 5, count: 100)
      var sent = 0
      while client.calls.last != "pause" {
        try here.sendto(letter)
        sent += 1
      }
      #expect(here.writeBufferSize == 10 * 108)
      here.close()
      for _ in 0..<sent { #expect(try await loop.sockRecv(theirs, 1000) == letter) }
      try await client.called("lost")
      #expect(client.calls == ["made", "pause", "resume", "lost"])
    }
  }

  @Test func `are unix sockets too`() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).sock").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (there, server) = try loop.createUnixDatagramEndpoint(localPath: path) { Mailbox() }
      let (here, client) = try loop.createUnixDatagramEndpoint { Mailbox() }
      let letter = [UInt8](repeating: 6, count: 1000)
      // More than the other one's queue holds, so that some have to be tried again.
      for _ in 0..<1000 { try here.sendto(letter, try SocketAddress(path: path)) }
      try await server.called("letter 1000")
      here.close()
      try await client.called("lost")
      #expect(client.calls.filter { $0.hasPrefix("error") } == [])
      #expect(there.name == "unix \(path)")
      there.close()
    }
  }

  @Test func `can be given another protocol, until the end`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (transport, first) = try await loop.createDatagramEndpoint(local: ("127.0.0.1", 0)) {
        Mailbox()
      }
      let second = Mailbox()
      transport.protocol = second
      #expect(transport.protocol === second)
      transport.setWriteBufferLimits(high: 100)
      #expect(transport.writeBufferLimits == (100, 25))
      transport.close()
      try await second.called("lost")
      #expect(first.calls == ["made"] && second.calls == ["lost"])
      for _ in 0..<2 { try await sleep(.zero) }
      transport.protocol = first
      #expect(transport.protocol !== first)
    }
  }

  @Test func `are closed with the error of a protocol that fails`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let order = Order()
      loop.exceptionHandler = { _, context in order.add(context.message) }
      let (here, client) = try await loop.createDatagramEndpoint(local: ("127.0.0.1", 0)) {
        Mailbox()
      }
      client.failsAt = "letter"
      try here.sendto([1], here.localAddress)
      try await client.called("lost")
      #expect(client.lost is RecordingProtocol.Failure && order.items.count == 1)
    }
  }

  @Test func `are not made where the kernel refuses to watch, and leave nothing open`() async throws
  {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (one, other) = try Socket.pair(.datagram)
      let number = one.number
      let mailbox = Mailbox()
      // Once is enough for a loop.
      try loop.addReader(number) {}
      let error = #expect(throws: IOError.self) {
        try loop.createDatagramEndpoint(socket: one) { mailbox }
      }
      loop.removeReader(number)
      #expect(error?.reason == .fileExists && error?.operation == "watch")
      #expect("\(try #require(error))".contains("DatagramTests.swift"))
      #expect(mailbox.calls == [])
      // Its end is closed: what is sent to it comes back as an error.
      await #expect(throws: IOError.self) { try await loop.sockSendall(other, [1]) }
      for _ in 0..<2 { try await sleep(.zero) }
      #expect(mailbox.calls == [])
    }
  }
}
