import AsyncRuntime
import Foundation
import Testing

@Suite struct `Sending files that fail` {
  private static let data = [UInt8](repeating: 7, count: 4_000_000)

  private func file(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(Self.data).write(to: URL(filePath: path))
    try await onOwnLoop { try await body(path) }
  }

  @Test func `tells that the disk at the other end is full`() async throws {
    try await file { path in
      let disk = unsafe open("/dev/full", O_WRONLY | O_CLOEXEC)
      defer { close(disk) }
      let child = try createSubprocessExec(
        "cat", stdin: .pipe, stdout: .descriptor(disk), stderr: .pipe)
      let stdin = try #require(child.stdin)
      let file = try OpenFile(path: path)
      let error = await #expect(throws: IOError.self) { try await stdin.sendFile(file) }
      #expect(error?.reason == .brokenPipe && error?.fileID == #fileID)
      #expect(error?.subject == "\(child.name) stdin")
      let place = try #require(file.position)
      #expect(place >= 0 && place < Self.data.count)
      let said = String(decoding: try await child.stderr?.readToEnd() ?? [], as: UTF8.self)
      #expect(said.contains("No space left on device"))
      #expect(try await child.wait() == .exited(1))
    }
  }

  @Test func `tells also when what can't be read by the kernel does not fit`() async throws {
    try await onOwnLoop {
      let (source, feed) = try Socket.pair()
      let feeding = createTask { try? await EventLoop.running?.sockSendall(feed, Self.data) }
      let disk = unsafe open("/dev/full", O_WRONLY | O_CLOEXEC)
      defer { close(disk) }
      let child = try createSubprocessExec(
        "cat", stdin: .pipe, stdout: .descriptor(disk), stderr: .null)
      let stdin = try #require(child.stdin)
      let file = OpenFile(owning: try #require(source.detach()))
      let error = await #expect(throws: IOError.self) { try await stdin.sendFile(file) }
      #expect(error?.reason == .brokenPipe && error?.operation == "send")
      #expect(error?.subject == "\(child.name) stdin")
      file.close()
      _ = try await feeding.value
      try await child.wait()
    }
  }

  @Test func `ends where the file ends now, if that is cut off meanwhile`() async throws {
    try await file { path in
      let loop = try #require(EventLoop.running)
      let (ours, theirs) = try Socket.pair()
      let (_, writer) = try openConnection(socket: ours)
      let file = try OpenFile(path: path, writable: true)
      let sending = createTask { try await writer.sendFile(file, count: Self.data.count) }
      var came = try await loop.sockRecv(theirs, 1000).count
      #expect(!sending.isDone && ftruncate(file.number, 3_000_000) == 0)
      while !sending.isDone { came += try await loop.sockRecv(theirs, 1 << 20).count }
      let sent = try await sending.value
      #expect(sent == 3_000_000 && file.position == 3_000_000)
      while came < sent { came += try await loop.sockRecv(theirs, 1 << 20).count }
      writer.write([1])
      #expect(try await loop.sockRecv(theirs, 10) == [1])
    }
  }

  @Test func `tells that the file can't be read, and where`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (ours, _theirs) = try Socket.pair()
      // Nothing is mapped at its start, and the kernel can't send it.
      let file = try OpenFile(path: "/proc/self/mem")
      let line: UInt32 = #line + 1
      let sending = createTask { try await loop.sockSendfile(ours, file) }
      let error = await #expect(throws: IOError.self) { try await sending.value }
      #expect(error?.reason == Errno(EIO) && error?.operation == "read")
      #expect(error?.subject == "/proc/self/mem")
      #expect(error?.fileID == #fileID && error?.line == line)
      _ = _theirs
    }
  }
}
