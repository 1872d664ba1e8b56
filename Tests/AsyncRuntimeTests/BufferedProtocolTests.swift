import AsyncRuntime
import Testing

@Suite struct `Buffered protocols` {
  /// Keeps what comes.
  ///
  /// Sendable: it is used on one loop's thread.
  @safe final class Buffered: RecordingProtocol, BufferedProtocol, @unchecked Sendable {
    let memory: UnsafeMutableRawBufferPointer
    private(set) var received: [UInt8] = []

    init(room: Int) {
      unsafe memory = .allocate(byteCount: room, alignment: 1)
    }

    deinit {
      unsafe memory.deallocate()
    }

    func getBuffer(sizeHint: Int) throws -> UnsafeMutableRawBufferPointer { unsafe memory }

    func bufferUpdated(_ count: Int) throws {
      unsafe received += memory[..<count]
      try note("updated \(count)")
    }
  }

  @Test func `receive into memory of their own`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (ours, theirs) = try Socket.pair()
      let (_, receiver) = try loop.connectAcceptedSocket(ours) { Buffered(room: 4) }
      try await loop.sockSendall(theirs, Array(0..<10))
      theirs.close()
      try await receiver.called("lost")
      #expect(receiver.calls == ["made", "updated 4", "updated 4", "updated 2", "lost"])
      #expect(receiver.received == Array(0..<10))
    }
  }

  @Test func `that give no room are closed`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let order = Order()
      loop.exceptionHandler = { _, context in order.add("\(context.error ?? Errno.busy)") }
      let (ours, theirs) = try Socket.pair()
      let (_, receiver) = try loop.connectAcceptedSocket(ours) { Buffered(room: 0) }
      try await loop.sockSendall(theirs, [1])
      try await receiver.called("lost")
      #expect(receiver.lost as? TransportError == .noRoom)
      #expect(order.items == ["\(TransportError.noRoom)"])
    }
  }
}
