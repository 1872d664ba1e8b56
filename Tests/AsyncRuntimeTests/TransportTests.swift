import AsyncRuntime
import Foundation
import Testing

@Suite struct `Transports` {
  /// A transport with its protocol, and the socket at the other end.
  private func end(
    _ receiver: Collector = Collector()
  ) throws -> (Transport, Collector, Socket) {
    let loop = try #require(EventLoop.running)
    let (ours, theirs) = try Socket.pair()
    let (transport, made) = try loop.connectAcceptedSocket(ours) { receiver }
    return (transport, made, theirs)
  }

  @Test func `call their protocol in order`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let server = Collector()
      server.echoes = true
      let listening = try await loop.createServer(host: "127.0.0.1", port: 0) { server }
      defer { listening.close() }
      let (transport, client) = try await loop.createConnection(
        host: "127.0.0.1", port: listening.port
      ) { Collector() }
      #expect(client.calls == ["made"])
      transport.write("hello".utf8)
      try await client.called("data 5")
      transport.writeEOF()
      try await client.called("lost")
      try await server.called("lost")
      #expect(server.calls == ["made", "data 5", "end", "lost"])
      #expect(client.calls == ["made", "data 5", "end", "lost"])
      #expect(client.received == Array("hello".utf8))
      #expect(transport.isClosing && transport.localAddress == nil)
      #expect(transport.peerAddress?.port == listening.port || listening.port == 0)
    }
  }

  @Test func `stay open to send when the protocol wants that`() async throws {
    try await onOwnLoop {
      let receiver = Collector()
      receiver.keepsOpen = true
      let (transport, _, peer) = try end(receiver)
      try peer.shutDown(writing: true)
      try await receiver.called("end")
      transport.write("still here".utf8)
      let bytes = try await EventLoop.running?.sockRecv(peer, 100)
      #expect(bytes == Array("still here".utf8))
      transport.close()
      try await receiver.called("lost")
      #expect(receiver.calls == ["made", "end", "lost"])
    }
  }

  @Test func `pause and resume their protocol in turns`() async throws {
    try await onOwnLoop {
      let (transport, receiver, peer) = try end()
      transport.setWriteBufferLimits(high: 1000, low: 100)
      #expect(transport.writeBufferLimits == (1000, 100))
      for _ in 0..<2 {
        let some = [UInt8](repeating: 1, count: 500)
        while transport.writeBufferSize <= 1000 { transport.write(some) }
        transport.write([1])
        #expect(transport.writeBufferSize > 1000)
        while transport.writeBufferSize > 0 {
          _ = try await EventLoop.running?.sockRecv(peer, 65536)
        }
      }
      #expect(receiver.calls == ["made", "pause", "resume", "pause", "resume"])
      transport.abort()
    }
  }

  @Test func `pause at any kept byte with a high mark of nothing`() async throws {
    try await onOwnLoop {
      let (transport, receiver, peer) = try end()
      transport.setWriteBufferLimits(high: 0)
      while transport.writeBufferSize == 0 { transport.write([UInt8](repeating: 1, count: 65536)) }
      #expect(receiver.calls == ["made", "pause"])
      transport.setWriteBufferLimits(high: 1 << 30)
      #expect(receiver.calls == ["made", "pause", "resume"])
      transport.abort()
      peer.close()
    }
  }

  @Test func `send all that is kept before they close`() async throws {
    try await onOwnLoop {
      let (transport, receiver, peer) = try end()
      let data = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
      transport.writeLines([Array(data[..<10]), Array(data[10...])])
      transport.close()
      transport.close()
      var came: [UInt8] = []
      while let bytes = try await EventLoop.running?.sockRecv(peer, 65536), !bytes.isEmpty {
        came += bytes
      }
      #expect(came == data)
      try await receiver.called("lost")
      #expect(receiver.calls == ["made", "pause", "resume", "lost"])
    }
  }

  @Test func `drop what is kept when they are aborted, and say so later`() async throws {
    try await onOwnLoop {
      let (transport, receiver, peer) = try end()
      transport.write([UInt8](repeating: 1, count: 10_000_000))
      transport.abort()
      transport.abort()
      #expect(receiver.calls == ["made", "pause"] && transport.writeBufferSize == 0)
      try await sleep(.zero)
      try await receiver.called("lost")
      #expect(receiver.calls == ["made", "pause", "lost"] && receiver.lost == nil)
      var came = 0
      while let bytes = try await EventLoop.running?.sockRecv(peer, 65536), !bytes.isEmpty {
        came += bytes.count
      }
      #expect(came < 10_000_000)
    }
  }

  @Test func `say once that the other end broke the connection`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let listener = try Socket(.ipv4, .stream)
      try listener.bind(to: try #require(SocketAddress("127.0.0.1", port: 0)))
      try listener.listen()
      let port = try #require(listener.localAddress?.port)
      let (transport, receiver) = try await loop.createConnection(host: "127.0.0.1", port: port) {
        Collector()
      }
      let (peer, _) = try await loop.sockAccept(listener)
      transport.write("some".utf8)
      #expect(try await loop.sockRecv(peer, 4) == Array("some".utf8))
      try peer.setLinger(seconds: 0)
      peer.close()
      try await receiver.called("lost")
      #expect(receiver.calls == ["made", "lost: \(Errno.connectionReset)"])
      let error = receiver.lost as? IOError
      #expect(error?.operation == "receive" && error?.subject == "tcp → 127.0.0.1:\(port)")
      #expect(error?.fileID == #fileID)
    }
  }

  @Test func `let what comes wait while they are paused`() async throws {
    try await onOwnLoop {
      let (transport, receiver, peer) = try end()
      transport.pauseReading()
      transport.pauseReading()
      #expect(!transport.isReading)
      try await EventLoop.running?.sockSendall(peer, [1, 2, 3])
      peer.close()
      for _ in 0..<10 { try await sleep(.zero) }
      #expect(receiver.calls == ["made"])
      transport.resumeReading()
      #expect(receiver.calls == ["made"])
      try await receiver.called("lost")
      #expect(receiver.calls == ["made", "data 3", "end", "lost"])
    }
  }

  @Test func `receive nothing more once they are closed`() async throws {
    try await onOwnLoop {
      let (transport, receiver, peer) = try end()
      transport.close()
      try? await EventLoop.running?.sockSendall(peer, [1])
      try await receiver.called("lost")
      #expect(receiver.calls == ["made", "lost"])
    }
  }

  @Test(arguments: ["made", "data", "end", "pause"])
  func `close with the error of a protocol that fails`(call: String) async throws {
    try await onOwnLoop {
      let order = Order()
      EventLoop.running?.exceptionHandler = { _, context in order.add(context.message) }
      let receiver = Collector()
      receiver.failsAt = call
      let (transport, _, peer) = try end(receiver)
      if call == "pause" { transport.write([UInt8](repeating: 1, count: 10_000_000)) }
      if call == "data" { try await EventLoop.running?.sockSendall(peer, [1]) }
      if call == "end" { peer.close() }
      try await receiver.called("lost")
      #expect(receiver.lost is RecordingProtocol.Failure)
      #expect(order.items.count == 1 && receiver.calls.last == "lost: error")
    }
  }

  @Test func `report once who writes again and again after the end`() async throws {
    try await onOwnLoop {
      let order = Order()
      EventLoop.running?.exceptionHandler = { _, context in order.add(context.message) }
      let (transport, _, _) = try end()
      transport.close()
      for _ in 0..<4 { transport.write([1]) }
      #expect(order.items.isEmpty)
      for _ in 0..<10 { transport.write([1]) }
      #expect(order.items.count == 1)
    }
  }

  @Test func `can be given another protocol`() async throws {
    try await onOwnLoop {
      let (transport, first, peer) = try end()
      try await EventLoop.running?.sockSendall(peer, [1])
      try await first.called("data")
      let second = Collector()
      transport.protocol = second
      #expect(transport.protocol === second)
      try await EventLoop.running?.sockSendall(peer, [2])
      try await second.called("data")
      transport.close()
      try await second.called("lost")
      #expect(first.calls == ["made", "data 1"] && second.calls == ["data 1", "lost"])
    }
  }

  @Test func `are reached by unix sockets, also with abstract names`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let path = "\0asynctop-test-\(ObjectIdentifier(loop).hashValue)"
      let server = Collector()
      server.echoes = true
      let listening = try loop.createUnixServer(path: path) { server }
      defer { listening.close() }
      let (transport, client) = try await loop.createUnixConnection(path: path) { Collector() }
      transport.write([7])
      try await client.called("data 1")
      #expect(transport.name == "unix → @\(path.dropFirst())")
      transport.close()
      try await server.called("lost")
    }
  }

  @Test func `give a server's connection up when no protocol can be made`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let order = Order()
      loop.exceptionHandler = { _, context in order.add("\(context)") }
      let listening = try await loop.createServer(host: "127.0.0.1", port: 0) {
        throw RecordingProtocol.Failure()
      }
      let line = #line - 3
      let (reader, writer) = try await openConnection(host: "127.0.0.1", port: listening.port)
      let peer = try #require(writer.localAddress)
      #expect(try await reader.readToEnd() == [])
      #expect(
        order.items == [
          "A protocol for tcp 127.0.0.1:\(listening.port) ← \(peer) could not be made."
            + " Created at \(#fileID):\(line). Error: Failure()"
        ])
      try await withTimeout(.seconds(30)) {
        listening.close()
        try await listening.waitClosed()
      }
    }
  }

  @Test func `receive what came before they had their protocol`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let listener = try Socket(.ipv4, .stream)
      try listener.bind(to: try #require(SocketAddress("127.0.0.1", port: 0)))
      try listener.listen()
      let port = try #require(listener.localAddress?.port)
      let connecting = createTask {
        try await loop.createConnection(host: "127.0.0.1", port: port) { Collector() }.protocol
      }
      // Between its connect(2) and the loop's look at the kernel: both are reported at once.
      let accepted = try Future<Socket>()
      func greet() throws {
        let number = accept(listener.number, nil, nil)
        guard number >= 0 else { return _ = loop.callSoon(greet) }
        unsafe send(number, "hello", 5, 0)
        try accepted.setResult(try Socket(owning: number))
      }
      loop.callSoon(greet)
      let receiver = try await connecting.value
      try await receiver.called("data 5")
      try await accepted.value.close()
      try await receiver.called("lost")
    }
  }
}
