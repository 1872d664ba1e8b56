import AsyncRuntime
import Foundation
import Testing

@Suite struct `Socket calls` {
  private func listener() throws -> (Socket, SocketAddress) {
    let socket = try Socket(.ipv4, .stream)
    try socket.bind(to: try #require(SocketAddress("127.0.0.1", port: 0)))
    try socket.listen()
    return (socket, try #require(socket.localAddress))
  }

  @Test func `connect, accept, send and receive`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (listener, address) = try listener()
      let accepting = createTask { try await loop.sockAccept(listener) }
      let client = try Socket(.ipv4, .stream)
      try await loop.sockConnect(client, address)
      let (server, peer) = try await accepting.value
      #expect(peer == client.localAddress && server.peerAddress == peer)
      let data = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0) }
      let sending = createTask { try await loop.sockSendall(client, data) }
      var came: [UInt8] = []
      while came.count < data.count { came += try await loop.sockRecv(server, 100_000) }
      try await sending.value
      #expect(came == data)
      try await loop.sockSendall(server, [1, 2, 3])
      var buffer = [UInt8](repeating: 0, count: 2)
      #expect(try await loop.sockRecvInto(client, &buffer) == 2 && buffer == [1, 2])
      #expect(try await loop.sockRecvInto(client, &buffer) == 1 && buffer == [3, 2])
      try client.shutDown(writing: true)
      #expect(try await loop.sockRecv(server, 10) == [])
    }
  }

  @Test func `say what was refused`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (listener, address) = try listener()
      listener.close()
      let client = try Socket(.ipv4, .stream)
      let error = await #expect(throws: IOError.self) {
        try await loop.sockConnect(client, address)
      }
      #expect(error?.reason == .connectionRefused && error?.subject == "\(address)")
      let closed = await #expect(throws: IOError.self) { try await loop.sockAccept(listener) }
      #expect(closed?.reason == .badDescriptor)
      #expect(throws: IOError.self) { try Socket(owning: 0x7fff_fff0) }
    }
  }

  @Test func `refuse less than no bytes, and have no memory for all there might be`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (one, other) = try Socket.pair()
      let (sender, receiver) = try Socket.pair(.datagram)
      try await loop.sockSendall(one, [1, 2, 3])
      try await loop.sockSendall(sender, [4])
      for count in [-1, .min] {
        func expectRefusal(_ body: () async throws -> Void) async {
          let error = await #expect(throws: IOError.self) { try await body() }
          #expect(error?.reason == .invalidArgument)
        }
        await expectRefusal { _ = try await loop.sockRecv(other, count) }
        await expectRefusal { _ = try await loop.sockRecvfrom(receiver, count) }
        await expectRefusal { _ = try await loop.sockRecvDescriptors(other, count) }
        let file = try OpenFile(path: "/dev/null")
        await expectRefusal { try await loop.sockSendfile(one, file, count: count) }
        await expectRefusal { try await loop.sockSendfile(one, file, offset: Int64(count)) }
      }
      #expect(try await loop.sockRecv(other, .max) == [1, 2, 3])
      #expect(try await loop.sockRecvfrom(receiver, .max).0 == [4])
      let file = try OpenFile(path: "/dev/null")
      #expect(try await loop.sockSendfile(one, file, offset: .max, count: .max) == 0)
    }
  }

  @Test func `are refused where a socket of another kind is needed`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      func expectRefusal(_ socket: Socket, _ body: () throws -> Void) {
        let error = #expect(throws: IOError.self) { try body() }
        #expect(error?.reason == .wrongSocketKind && error?.fileID == #fileID)
        // It stays whose it was.
        #expect(!socket.isClosed && fcntl(socket.number, F_GETFD) >= 0)
      }
      for family in [AddressFamily.ipv4, .unix] {
        let datagrams = try Socket(family, .datagram)
        let stream = try Socket(family, .stream)
        expectRefusal(datagrams) { _ = try openConnection(socket: datagrams) }
        expectRefusal(datagrams) { try loop.connectAcceptedSocket(datagrams) { Collector() } }
        expectRefusal(datagrams) { _ = try startServer(socket: datagrams) { _, _ in } }
        expectRefusal(datagrams) { _ = try loop.createServer(socket: datagrams) { Collector() } }
        expectRefusal(stream) {
          try loop.createDatagramEndpoint(socket: stream) { `Datagram transports`.Mailbox() }
        }
      }
    }
  }

  @Test func `lose nothing when they are cancelled`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (one, other) = try Socket.pair()
      let receiving = createTask { try await loop.sockRecv(one, 10) }
      for _ in 0..<3 { try await sleep(.zero) }
      receiving.cancel()
      await #expect(throws: CancellationError.self) { try await receiving.value }
      try await loop.sockSendall(other, [1])
      #expect(try await loop.sockRecv(one, 10) == [1])
    }
  }

  @Test func `wake when the socket is closed`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (one, other) = try Socket.pair()
      let receiving = createTask { try await loop.sockRecv(one, 10) }
      for _ in 0..<3 { try await sleep(.zero) }
      one.close()
      let error = await #expect(throws: IOError.self) { try await receiving.value }
      #expect(error?.reason == .badDescriptor && one.isClosed && one.number == -1)
      #expect(try await loop.sockRecv(other, 10) == [])
    }
  }

  @Test func `carry messages with their senders`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (one, other) = (try Socket(.ipv4, .datagram), try Socket(.ipv4, .datagram))
      for socket in [one, other] {
        try socket.bind(to: try #require(SocketAddress("127.0.0.1", port: 0)))
      }
      let (from, to) = (try #require(one.localAddress), try #require(other.localAddress))
      #expect(try await loop.sockSendto(one, [1, 2, 3], to) == 3)
      try await loop.sockSendto(one, [], to)
      let (bytes, sender) = try await loop.sockRecvfrom(other, 2)
      #expect(bytes == [1, 2] && sender == from)
      #expect(try await loop.sockRecvfrom(other, 2).0 == [])
      var buffer = [UInt8](repeating: 9, count: 4)
      let sending = createTask { try await loop.sockSendto(one, [5, 6, 7], to) }
      let datagram = try await loop.sockRecvfromInto(other, &buffer)
      #expect(datagram == (3, from) && buffer == [5, 6, 7, 9])
      #expect(try await sending.value == 3)
    }
  }

  @Test func `pass open descriptors`() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("passed".utf8).write(to: URL(filePath: path))
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (one, other) = try Socket.pair()
      let file = try OpenFile(path: path)
      let (far, near) = try Socket.pair()
      try await loop.sockSendDescriptors(one, [7, 8], [file.number, far.number])
      file.close()
      far.close()
      let (bytes, passed) = try await loop.sockRecvDescriptors(other, 1)
      #expect(bytes == [7] && passed.count == 2)
      #expect(try await loop.sockRecvDescriptors(other, 10).1.isEmpty)
      #expect(passed[0].position == 0)
      try await loop.sockSendfile(one, passed[0])
      #expect(try await loop.sockRecv(other, 100) == Array("passed".utf8))
      let again = try Socket(owning: try #require(passed[1].detach()))
      try await loop.sockSendall(again, [9])
      #expect(try await loop.sockRecv(near, 1) == [9])
      await #expect(throws: IOError.self) { try await loop.sockSendDescriptors(one, [], [0]) }
      other.close()
      #expect(try await loop.sockRecvDescriptors(one, 10).0 == [])
    }
  }
}
