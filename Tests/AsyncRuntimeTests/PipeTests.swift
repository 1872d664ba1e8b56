import AsyncRuntime
import Foundation
import Testing

@Suite struct `Pipes` {
  /// Notes its calls.
  ///
  /// Sendable: it is called on the loop's thread, and only its notes are read elsewhere.
  final class Recorder: StreamProtocol, @unchecked Sendable {
    let order = Order()
    let ended: Future<Void>

    init(on loop: EventLoop) { ended = Future(on: loop) }

    func connectionMade(_ transport: Transport) { order.add("made \(transport.name)") }

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
      let (_, reading) = try loop.connectReadPipe(ends.reading) { Recorder(on: loop) }
      let (writer, writing) = try loop.connectWritePipe(ends.writing) { Recorder(on: loop) }
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
      let (_, recorder) = try loop.connectWritePipe(ends.writing) { Recorder(on: loop) }
      close(ends.reading)
      try await recorder.ended.value
      #expect(recorder.order.items.last == "lost ")
      let others = Self.makePipe()
      let (transport, full) = try loop.connectWritePipe(others.writing) { Recorder(on: loop) }
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

  private func reason(_ body: () throws(IOError) -> Void) -> Errno? {
    do throws(IOError) {
      try body()
      return nil
    } catch {
      return error.reason
    }
  }

  @Test func `that can't be had are left to whoever has them`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let folder = unsafe open("/", O_RDONLY)
      #expect(reason { () throws(IOError) in _ = try openReadPipe(folder) } == .isFolder)
      #expect(reason { () throws(IOError) in _ = try openWritePipe(folder) } == .isFolder)
      #expect(reason { () throws(IOError) in _ = try openReadPipe(-1) } == .badDescriptor)
      #expect(reason { () throws(IOError) in _ = try openReadPipe(9999) } == .badDescriptor)
      #expect(throws: IOError.self) { try loop.connectReadPipe(folder) { Recorder(on: loop) } }
      // It was not closed.
      #expect(close(folder) == 0)
    }
  }

  private func file(_ text: String) -> Int32 {
    let path = NSTemporaryDirectory() + "asynctop-\(UUID().uuidString)"
    let file = unsafe open(path, O_CREAT | O_RDWR, 0o600)
    unsafe unlink(path)
    let bytes = Array(text.utf8)
    _ = unsafe write(file, bytes, bytes.count)
    lseek(file, 0, SEEK_SET)
    return file
  }

  @Test func `can be files, or the null device`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let text = String(repeating: "line\n", count: 100_000)
      #expect(try await openReadPipe(file(text)).readToEnd() == Array(text.utf8))
      var lines = 0
      for try await line in try openReadPipe(file(text)).lines {
        lines += line == "line" ? 1 : 0
      }
      #expect(lines == 100_000)
      #expect(try await openReadPipe(unsafe open("/dev/null", O_RDONLY)).readToEnd() == [])
      let zeros = try openReadPipe(unsafe open("/dev/zero", O_RDONLY))
      #expect(try await zeros.readExactly(3) == [0, 0, 0])
      let (_, recorder) = try loop.connectReadPipe(file("text")) { Recorder(on: loop) }
      try await recorder.ended.value
      #expect(recorder.order.items.dropFirst() == ["text", "end", "lost "])
      // Written, too.
      let target = file("")
      let kept = dup(target)
      let writer = try openWritePipe(target)
      writer.write(text.utf8)
      writer.write("end".utf8)
      try await writer.drain()
      writer.close()
      try await writer.waitClosed()
      lseek(kept, 0, SEEK_SET)
      #expect(try await openReadPipe(kept).readToEnd() == Array((text + "end").utf8))
      let full = try openWritePipe(unsafe open("/dev/full", O_WRONLY))
      full.write([1])
      let error = await #expect(throws: IOError.self) { try await full.drain() }
      #expect(error?.reason.isFull == true)
    }
  }

  private func isNonBlocking(_ number: Int32) -> Bool { fcntl(number, F_GETFL) & O_NONBLOCK != 0 }

  @Test func `stay blocking for others who have them`() async throws {
    let path = NSTemporaryDirectory() + "asynctop-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(unsafe mkfifo(path, 0o600) == 0)
    try await onOwnLoop {
      var (master, terminal): (Int32, Int32) = (-1, -1)
      #expect(unsafe openpty(&master, &terminal, nil, nil, nil) == 0)
      let ends = Self.makePipe()
      var pair: [Int32] = [-1, -1]
      unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &pair)
      let named = unsafe open(path, O_RDWR)
      // Whatever it is, the others have it as it was: at once, or when it is closed here.
      for (number, isNeverSeen) in [
        (terminal, true), (ends.reading, true), (pair[0], false), (named, false), (master, false),
      ] {
        var readers = [try openReadPipe(dup(number)), try openReadPipe(dup(number))]
        #expect(isNonBlocking(number) == !isNeverSeen)
        readers.removeLast()
        #expect(isNonBlocking(number) == !isNeverSeen)
        readers.removeLast()
        #expect(!isNonBlocking(number))
      }
      // It works all the same.
      let (input, output) = (try openReadPipe(dup(terminal)), try openWritePipe(dup(terminal)))
      // A terminal gives a line at a time, and reports once what was typed ahead.
      _ = unsafe write(master, "one\ntwo\nsix\n", 12)
      for line in ["one\n", "two\n", "six\n"] {
        #expect(try await input.readLine() == Array(line.utf8))
      }
      output.write("shown".utf8)
      let screen = try openReadPipe(dup(master))
      #expect(try await screen.readUntil("shown".utf8).count >= 5)
      for number in [master, terminal, ends.reading, ends.writing, pair[0], pair[1], named] {
        close(number)
      }
    }
  }

  @Test func `leave alone what was non-blocking before`() async throws {
    try await onOwnLoop {
      var pair: [Int32] = [-1, -1]
      let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
      unsafe socketpair(AF_UNIX, kind, 0, &pair)
      _ = try openReadPipe(dup(pair[0]))
      #expect(isNonBlocking(pair[0]))
      for number in pair { close(number) }
    }
  }
}
