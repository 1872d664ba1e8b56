@testable import AsyncRuntime
import Foundation
import Testing

@Suite struct `Sending files` {
  private static let data = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 3) }

  /// A file with the data, and the two ends of a connection.
  private func run(
    _ body: @escaping @Sendable (OpenFile, Socket, Socket) async throws -> Void
  ) async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(Self.data).write(to: URL(filePath: path))
    try await onOwnLoop {
      let (ours, theirs) = try Socket.pair()
      try await body(try OpenFile(path: path), ours, theirs)
    }
  }

  private func all(from socket: Socket, _ count: Int) async throws -> [UInt8] {
    var came: [UInt8] = []
    while came.count < count {
      let bytes = try await EventLoop.running?.sockRecv(socket, 1 << 18) ?? []
      if bytes.isEmpty { break }
      came += bytes
    }
    return came
  }

  @Test func `comes after what was written, and moves the file's place`() async throws {
    try await run { file, ours, theirs in
      let loop = try #require(EventLoop.running)
      let (transport, receiver) = try loop.connectAcceptedSocket(ours) { Collector() }
      let head = [UInt8](repeating: 1, count: 500_000)
      transport.write(head)
      let sending = createTask { try await loop.sendfile(transport, file, offset: 10) }
      let came = try await all(from: theirs, head.count + Self.data.count - 10)
      #expect(came == head + Self.data[10...])
      #expect(try await sending.value == Self.data.count - 10)
      #expect(file.position == Int64(Self.data.count))
      transport.write([2])
      #expect(try await all(from: theirs, 1) == [2])
      transport.close()
      try await receiver.called("lost")
    }
  }

  @Test func `works with streams and a count`() async throws {
    try await run { file, ours, theirs in
      let (_, writer) = try openConnection(socket: ours)
      #expect(try await writer.sendFile(file, offset: 5, count: 20) == 20)
      #expect(try await all(from: theirs, 20) == Array(Self.data[5..<25]))
      #expect(file.position == 25)
      #expect(try await writer.sendFile(file, offset: Int64(Self.data.count), count: 1) == 0)
      #expect(try await writer.sendFile(file, count: 0) == 0)
    }
  }

  @Test func `works with sockets`() async throws {
    try await run { file, ours, theirs in
      let loop = try #require(EventLoop.running)
      let sending = createTask { try await loop.sockSendfile(ours, file) }
      #expect(try await all(from: theirs, Self.data.count) == Self.data)
      #expect(try await sending.value == Self.data.count)
    }
  }

  @Test func `reads what the kernel can't send`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (ours, theirs) = try Socket.pair()
      let (inner, outer) = try Socket.pair()
      try await loop.sockSendall(outer, Array("through the process".utf8))
      outer.close()
      let source = OpenFile(owning: try #require(inner.detach()))
      await #expect(throws: TransportError.sendfileNotAvailable) {
        try await loop.sockSendfile(ours, source, fallback: false)
      }
      #expect(try await loop.sockSendfile(ours, source) == 19)
      #expect(try await all(from: theirs, 19) == Array("through the process".utf8))
      #expect(source.position == nil)
    }
  }

  @Test func `waits for what has nothing to send yet`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (ours, theirs) = try Socket.pair()
      let (inner, outer) = try Socket.pair()
      let source = OpenFile(owning: try #require(inner.detach()))
      let sending = createTask { try await loop.sockSendfile(ours, source) }
      for piece in ["through ", "the process"] {
        while !loop.isWatching(source.number) { try await sleep(.zero) }
        try await loop.sockSendall(outer, Array(piece.utf8))
        let bytes = Array(piece.utf8)
        #expect(try await all(from: theirs, bytes.count) == bytes)
      }
      outer.close()
      #expect(try await sending.value == 19)
      #expect(!loop.isWatching(source.number))
    }
  }

  @Test func `stops to wait for its source when it is cancelled`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (ours, theirs) = try Socket.pair()
      let (inner, outer) = try Socket.pair()
      let source = OpenFile(owning: try #require(inner.detach()))
      let sending = createTask { try await loop.sockSendfile(ours, source) }
      while !loop.isWatching(source.number) { try await sleep(.zero) }
      sending.cancel()
      await #expect(throws: CancellationError.self) { try await sending.value }
      #expect(!loop.isWatching(source.number))
      extendLifetime((theirs, outer))
    }
  }

  @Test func `says how far it came when the other end is gone`() async throws {
    try await run { file, ours, theirs in
      let loop = try #require(EventLoop.running)
      let (transport, receiver) = try loop.connectAcceptedSocket(ours) { Collector() }
      // Else the end of the other side would close the transport before sending says anything.
      receiver.keepsOpen = true
      let sending = createTask { try await loop.sendfile(transport, file) }
      _ = try await all(from: theirs, 1000)
      theirs.close()
      await #expect(throws: IOError.self) { try await sending.value }
      let place = try #require(file.position)
      #expect(place >= 1000 && place < Self.data.count)
      try await receiver.called("lost")
    }
  }

  @Test func `can be cancelled, and refuses a second file meanwhile`() async throws {
    try await run { file, ours, theirs in
      let loop = try #require(EventLoop.running)
      let (_, writer) = try openConnection(socket: ours)
      let sending = createTask { try await writer.sendFile(file) }
      for _ in 0..<5 { try await sleep(.zero) }
      await #expect(throws: TransportError.alreadySendingFile) {
        try await writer.sendFile(file)
      }
      sending.cancel()
      await #expect(throws: CancellationError.self) { try await sending.value }
      let sent = Int(try #require(file.position))
      writer.write([77])
      #expect(try await all(from: theirs, sent + 1) == Self.data[..<sent] + [77])
      _ = loop
    }
  }
}

extension EventLoop {
  fileprivate func isWatching(_ number: Int32) -> Bool { descriptors.watch(of: number) != nil }
}
