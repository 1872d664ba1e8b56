@testable import AsyncRuntime
import Foundation
import Testing

@Suite struct `Subprocess transports` {
  /// Notes its calls.
  ///
  /// Sendable: it is called on the loop's thread, and only its notes are read elsewhere.
  final class Recorder: SubprocessProtocol, @unchecked Sendable {
    let order = Order()
    let ended: Future<Void>

    init(on loop: EventLoop) { ended = Future(on: loop) }

    func connectionMade(_ transport: SubprocessTransport) {
      order.add("made \(transport.status == nil)")
    }

    func pipeDataReceived(_ descriptor: Int32, _ data: [UInt8]) {
      order.add("\(descriptor): \(String(decoding: data, as: UTF8.self))")
    }

    func pipeConnectionLost(_ descriptor: Int32, _ error: (any Error)?) {
      order.add("\(descriptor) lost\(error == nil ? "" : " with error")")
    }

    func processExited() { order.add("exited") }

    func connectionLost(_ error: (any Error)?) throws {
      order.add("lost")
      try ended.setResult(())
    }
  }

  @Test func `call their protocol, last when all is over`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (transport, recorder) = try loop.subprocessShell("cat; echo oops >&2; exit 4") {
        Recorder(on: loop)
      }
      #expect(recorder.order.items == ["made true"])
      let stdin = try #require(transport.pipeTransport(0))
      stdin.write("hello".utf8)
      stdin.writeEOF()
      try await recorder.ended.value
      let items = recorder.order.items
      #expect(
        items.dropFirst().dropLast().sorted() == [
          "0 lost", "1 lost", "1: hello", "2 lost", "2: oops\n", "exited",
        ])
      #expect(items.last == "lost")
      #expect(transport.status == .exited(4) && transport.isClosing)
      #expect(transport.pipeTransport(3) == nil)
      #expect(try !transport.terminate())
    }
  }

  @Test func `kill their process when they are closed`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (transport, recorder) = try loop.subprocessExec(
        "sleep", ["600"], stdin: .null, stderr: .inherited
      ) { Recorder(on: loop) }
      transport.close()
      transport.close()
      try await recorder.ended.value
      #expect(transport.status == .killed(by: SIGKILL))
      #expect(recorder.order.items.sorted() == ["1 lost", "exited", "lost", "made true"])
    }
  }

  @Test func `kill a process whose protocol can't be made`() async throws {
    struct Broken: Error {}
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      #expect(throws: Broken.self) {
        try loop.subprocessExec("sleep", ["600"]) { () throws -> Recorder in throw Broken() }
      }
      #expect(throws: IOError.self) {
        try loop.subprocessExec("no-such-program") { Recorder(on: loop) }
      }
      // Neither its pipes nor the process itself are watched any more.
      try await withTimeout(.seconds(20)) {
        while !loop.descriptors.isEmpty { try await sleep(.milliseconds(1)) }
      }
    }
  }

  @Test func `can be given another protocol, until the end`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (transport, first) = try loop.subprocessExec("cat", stderr: .inherited) {
        Recorder(on: loop)
      }
      let second = Recorder(on: loop)
      transport.protocol = second
      #expect(transport.protocol === second)
      let stdin = try #require(transport.pipeTransport(0))
      stdin.write("hello".utf8)
      stdin.writeEOF()
      try await second.ended.value
      #expect(first.order.items == ["made true"])
      #expect(
        second.order.items.sorted() == ["0 lost", "1 lost", "1: hello", "exited", "lost"])
      try await sleep(.zero)
      transport.protocol = first
      #expect(transport.protocol !== first)
    }
  }
}
