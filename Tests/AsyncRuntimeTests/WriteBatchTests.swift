@testable import AsyncRuntime
import Glibc
import AsyncTopLinux
import Testing

/// What goes through a socket in small pieces leaves at the end of the loop's iteration.
@Suite struct `Small writes` {
  /// A transport with its protocol, and the socket at the other end.
  private func run(
    _ body: @escaping @Sendable (Transport, Collector, Socket) async throws -> Void
  ) async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (ours, theirs) = try Socket.pair()
      let (transport, receiver) = try loop.connectAcceptedSocket(ours) { Collector() }
      try await body(transport, receiver, theirs)
    }
  }

  /// What has arrived by now; nil if nothing has, empty at the end.
  private func arrived(at socket: Socket) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = unsafe recv(socket.number, &bytes, bytes.count, Int32(MSG_DONTWAIT))
    return count < 0 ? nil : Array(bytes[..<count])
  }

  private func all(from socket: Socket) async throws -> [UInt8] {
    var came: [UInt8] = []
    while let bytes = try await EventLoop.running?.sockRecv(socket, 1 << 18), !bytes.isEmpty {
      came += bytes
    }
    return came
  }

  @Test func `leave together when the task waits`() async throws {
    try await run { transport, _, peer in
      transport.write("head ".utf8)
      transport.write("body".utf8)
      #expect(arrived(at: peer) == nil && transport.writeBufferSize == 0)
      try await sleep(.zero)
      #expect(arrived(at: peer) == Array("head body".utf8))
      transport.close()
    }
  }

  @Test func `stay in order with large ones and several pieces`() async throws {
    try await run { transport, _, peer in
      let large = [UInt8](repeating: 2, count: WriteBatch.mostOfOne + 1)
      transport.write([1])
      transport.write(large)
      #expect(arrived(at: peer) == [1] + large)
      transport.write([3])
      transport.writeLines([[4], [5]])
      #expect(arrived(at: peer) == [3, 4, 5])
      transport.write([6])
      try await sleep(.zero)
      #expect(arrived(at: peer) == [6])
      transport.close()
    }
  }

  @Test func `stay in order when there are more than are kept together`() async throws {
    try await run { transport, _, peer in
      let (ours, theirs) = try Socket.pair()
      let (other, _) = try #require(EventLoop.running).connectAcceptedSocket(ours) { Collector() }
      for number in 0..<2000 {
        transport.write([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 1000))
        other.write([UInt8(truncatingIfNeeded: number)])
      }
      transport.close()
      other.close()
      async let many = all(from: peer)
      let few = try await all(from: theirs)
      #expect(try await many == (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 / 1000) })
      #expect(few == (0..<2000).map { UInt8(truncatingIfNeeded: $0) })
    }
  }

  @Test func `leave before the end, and before the connection closes`() async throws {
    try await run { transport, receiver, peer in
      transport.write([1])
      transport.writeEOF()
      #expect(arrived(at: peer) == [1])
      #expect(arrived(at: peer) == [])
      let (ours, theirs) = try Socket.pair()
      let (other, _) = try #require(EventLoop.running).connectAcceptedSocket(ours) { Collector() }
      other.write([2])
      other.close()
      #expect(arrived(at: theirs) == [2])
      transport.close()
      try await receiver.called("lost")
    }
  }

  @Test func `are dropped when the connection is aborted`() async throws {
    try await run { transport, receiver, peer in
      transport.write([1])
      transport.abort()
      try await receiver.called("lost")
      #expect(try await all(from: peer).isEmpty && receiver.lost == nil)
    }
  }

  @Test func `leave at once while the loop does not run`() async throws {
    try await Runner.onOwnThread {
      let loop = try newEventLoop()
      defer { loop.close() }
      let (ours, theirs) = try Socket.pair()
      let (transport, _) = try loop.connectAcceptedSocket(ours) { Collector() }
      transport.write([1])
      #expect(arrived(at: theirs) == [1])
    }
  }

  @Test func `leave when the loop is stopped in the same iteration`() async throws {
    try await Runner.onOwnThread {
      let loop = try newEventLoop()
      defer { loop.close() }
      let (ours, theirs) = try Socket.pair()
      let (transport, _) = try loop.connectAcceptedSocket(ours) { Collector() }
      loop.callSoon {
        transport.write([1])
        loop.stop()
      }
      try loop.runForever()
      #expect(arrived(at: theirs) == [1])
    }
  }

  @Test func `leave when the process exits in the same iteration`() async throws {
    let run = try await Fixture.run("last words")
    #expect(run.output == ["farewell"])
    #expect(run.status == 0)
  }

  @Test func `do not wait for others that take long`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (ours, theirs) = try Socket.pair()
      let (transport, receiver) = try loop.connectAcceptedSocket(ours) { Collector() }
      let order = Order()
      loop.callSoon { transport.write([1]) }
      loop.callSoon { passTick() }
      loop.callSoon { order.add("\(arrived(at: theirs) ?? [])") }
      try await sleep(.zero)
      #expect(order.items == ["[1]"])
      // Also while it is the kernel's events that are handled, which come in their order.
      receiver.echoes = true
      let (busy, _, waker) = try other(on: loop) { passTick() }
      let (last, _, end) = try other(on: loop) { order.add("\(arrived(at: theirs) ?? [])") }
      for socket in [theirs, waker, end] { try await loop.sockSendall(socket, [2]) }
      try await sleep(.milliseconds(1))
      #expect(order.items == ["[1]", "[2]"])
      for each in [transport, busy, last] { each.close() }
    }
  }

  /// Runs until the kernel's clock has ticked.
  private func passTick() {
    let then = SystemClock.coarse
    while SystemClock.coarse == then {}
  }

  /// A transport whose protocol calls a function when something comes.
  private func other(
    on loop: EventLoop, _ body: @escaping () -> Void
  ) throws -> (Transport, Calling, Socket) {
    let (ours, theirs) = try Socket.pair()
    let (transport, receiver) = try loop.connectAcceptedSocket(ours) { Calling(body) }
    return (transport, receiver, theirs)
  }

  /// Calls a function when something comes.
  ///
  /// Sendable as its base class is.
  private final class Calling: RecordingProtocol, StreamProtocol, @unchecked Sendable {
    let body: () -> Void

    init(_ body: @escaping () -> Void) {
      self.body = body
    }

    func dataReceived(_ data: [UInt8]) throws { body() }
  }

  @Test func `report once that nobody is there, and what is written then is dropped`()
    async throws
  {
    try await run { transport, receiver, peer in
      peer.close()
      transport.write([1])
      transport.write([2])
      #expect(!transport.isClosing)
      try await sleep(.zero)
      #expect(transport.isClosing)
      transport.write([3])
      try await receiver.called("lost")
      #expect(receiver.calls == ["made", "lost: \(Errno.brokenPipe)"])
    }
  }

  @Test func `count as kept once the kernel does not take them`() async throws {
    try await run { transport, receiver, peer in
      transport.setWriteBufferLimits(high: 10_000, low: 0)
      while transport.writeBufferSize == 0 {
        transport.write([UInt8](repeating: 1, count: 1000))
        try await sleep(.zero)
      }
      var sent = transport.writeBufferSize
      while sent < 11_000 {
        transport.write([UInt8](repeating: 1, count: 1000))
        sent += 1000
        #expect(transport.writeBufferSize == sent)
      }
      #expect(receiver.calls == ["made", "pause"])
      while transport.writeBufferSize > 0 { _ = try await EventLoop.running?.sockRecv(peer, 65536) }
      #expect(receiver.calls == ["made", "pause", "resume"])
      transport.close()
    }
  }

  @Test func `may be answered by a protocol that is called because of them`() async throws {
    try await run { transport, _, peer in
      let (ours, theirs) = try Socket.pair()
      let loop = try #require(EventLoop.running)
      let full = Filling()
      let (other, _) = try loop.connectAcceptedSocket(ours) { full }
      full.others = transport
      other.setWriteBufferLimits(high: 0)
      while full.pauses == 0 {
        for _ in 0..<64 { other.write([UInt8](repeating: 1, count: 1000)) }
        transport.write([2])
        try await sleep(.zero)
      }
      transport.close()
      other.abort()
      theirs.close()
      let came = try await all(from: peer)
      #expect(came.last == 3 && came.dropLast().allSatisfy { $0 == 2 })
    }
  }

  /// Writes to another connection once its own is full, and closes that.
  ///
  /// Sendable as its base class is.
  private final class Filling: RecordingProtocol, StreamProtocol, @unchecked Sendable {
    var others: Transport?
    private(set) var pauses = 0

    override func pauseWriting() throws {
      pauses += 1
      others?.write([3])
      others?.close()
    }

    func dataReceived(_ data: [UInt8]) throws {}
  }
}
