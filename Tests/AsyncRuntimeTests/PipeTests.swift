import AsyncRuntime
import Foundation
import Testing

@Suite struct `Pipes` {
  /// Notes its calls.
  ///
  /// Sendable: it is called on the loop's thread, and only its notes are read elsewhere.
  final class Recorder: AsyncRuntime.`Protocol`, @unchecked Sendable {
    let order = Order()
    let ended = Future<Void>()

    func connectionMade(_ transport: any BaseTransport) { order.add("made \(transport.name)") }

    func dataReceived(_ data: [UInt8]) { order.add(String(decoding: data, as: UTF8.self)) }

    func eofReceived() -> Bool {
      order.add("end")
      return false
    }

    func connectionLost(_ error: (any Error)?) throws {
      order.add("lost \((error as? IOError).map { "\($0.reason)" } ?? "")")
      try ended.setResult(())
    }
  }

  private static func makePipe() -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    unsafe pipe(&ends)
    return (ends[0], ends[1])
  }

  @Test func `carry bytes between streams`() async throws {
    try await onOwnLoop {
      let ends = Self.makePipe()
      let (reader, writer) = (try openReadPipe(ends.reading), try openWritePipe(ends.writing))
      let sent = [UInt8](repeating: 5, count: 300_000)
      let sender = createTask {
        writer.write(sent)
        try await writer.drain()
        writer.close()
      }
      #expect(try await reader.readToEnd() == sent)
      try await sender.value
    }
  }

  @Test func `drive protocols`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let ends = Self.makePipe()
      let (_, reading) = try loop.connectReadPipe(ends.reading) { Recorder() }
      let (writer, writing) = try loop.connectWritePipe(ends.writing) { Recorder() }
      writer.write("hello".utf8)
      writer.writeEOF()
      try await reading.ended.value
      try await writing.ended.value
      #expect(
        reading.order.items == [
          "made pipe from descriptor \(ends.reading)", "hello", "end", "lost ",
        ])
      #expect(writing.order.items.last == "lost ")
      // Both are closed.
      #expect(writer.isClosing)
    }
  }

  @Test func `tell who writes that nobody reads`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let ends = Self.makePipe()
      let (_, recorder) = try loop.connectWritePipe(ends.writing) { Recorder() }
      close(ends.reading)
      try await recorder.ended.value
      #expect(recorder.order.items.last == "lost ")
      let others = Self.makePipe()
      let (transport, full) = try loop.connectWritePipe(others.writing) { Recorder() }
      transport.write([UInt8](repeating: 1, count: 1_000_000))
      close(others.reading)
      try await full.ended.value
      #expect(full.order.items.last == "lost Broken pipe")
      let third = Self.makePipe()
      let writer = try openWritePipe(third.writing)
      close(third.reading)
      await #expect(throws: IOError.self) { try await writer.waitClosed() }
      await #expect(throws: IOError.self) { try await writer.drain() }
    }
  }

  @Test func `can be named, or sockets`() async throws {
    let path = NSTemporaryDirectory() + "asynctop-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(unsafe mkfifo(path, 0o600) == 0)
    try await onOwnLoop {
      let both = unsafe open(path, O_RDWR | O_CLOEXEC)
      let writer = try openWritePipe(unsafe open(path, O_WRONLY | O_CLOEXEC))
      let reader = try openReadPipe(both)
      writer.write("named\n".utf8)
      #expect(try await reader.readLine() == Array("named\n".utf8))
      var pair: [Int32] = [-1, -1]
      unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &pair)
      let (left, right) = (try openReadPipe(pair[0]), try openWritePipe(pair[1]))
      right.write("socket\n".utf8)
      #expect(try await left.readLine() == Array("socket\n".utf8))
    }
  }

  @Test func `to a socket stay when the other end has only ended to send`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (ours, theirs) = try Socket.pair()
      let writer = try openWritePipe(try #require(ours.detach()))
      try theirs.shutDown(writing: true)
      for _ in 0..<3 { try await sleep(.zero) }
      #expect(!writer.isClosing)
      writer.write([1])
      #expect(try await loop.sockRecv(theirs, 1) == [1])
      theirs.close()
      let error = await #expect(throws: IOError.self) { try await writer.waitClosed() }
      #expect(error?.reason == .brokenPipe)
    }
  }

  private func identity(of number: Int32) -> [UInt64]? {
    var status = stat()
    guard unsafe fstat(number, &status) == 0 else { return nil }
    return [UInt64(status.st_dev), UInt64(status.st_ino)]
  }

  @Test func `can't be files, nor what is closed`() async throws {
    try await onOwnLoop {
      func reason(_ body: () throws(IOError) -> Void) -> Errno? {
        do throws(IOError) {
          try body()
          return nil
        } catch {
          return error.reason
        }
      }
      let path = NSTemporaryDirectory() + "asynctop-\(UUID().uuidString)"
      let file = unsafe open(path, O_CREAT | O_RDWR, 0o600)
      unsafe unlink(path)
      let (kept, identity) = (dup(file), identity(of: file))
      defer { close(kept) }
      #expect(reason { () throws(IOError) in _ = try openReadPipe(file) } == .invalidArgument)
      // Closed; its number may be another test's by now.
      #expect(self.identity(of: file) != identity)
      let folder = unsafe open("/", O_RDONLY)
      #expect(reason { () throws(IOError) in _ = try openWritePipe(folder) } == .invalidArgument)
      #expect(reason { () throws(IOError) in _ = try openReadPipe(-1) } == .badDescriptor)
      #expect(reason { () throws(IOError) in _ = try openReadPipe(9999) } == .badDescriptor)
      // A device that can't be waited for.
      let null = unsafe open("/dev/null", O_RDONLY)
      #expect(reason { () throws(IOError) in _ = try openReadPipe(null) } == .notPermitted)
    }
  }
}
