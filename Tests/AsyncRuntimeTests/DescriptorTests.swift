import AsyncRuntime
import Foundation
import Testing

@Suite struct `Watched descriptors` {
  @Test func `are reported as long as they are ready`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (one, other) = try Socket.pair()
      let count = Counter()
      let thrice = try Future<Void>()
      try loop.addReader(one.number) {
        count.value += 1
        if count.value == 3 { try thrice.setResult(()) }
      }
      for _ in 0..<3 { try await sleep(.zero) }
      #expect(count.value == 0)
      try await loop.sockSendall(other, [1])
      try await thrice.value
      #expect(loop.removeReader(one.number))
      #expect(!loop.removeReader(one.number))
      let before = count.value
      for _ in 0..<5 { try await sleep(.zero) }
      #expect(count.value == before)
    }
  }

  @Test func `have one reader and one writer`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (one, other) = try Socket.pair()
      let (first, second, writable) = (Counter(), Counter(), try Future<Void>())
      let read = try Future<Void>()
      try loop.addReader(one.number) { first.value += 1 }
      try loop.addReader(one.number) {
        second.value += 1
        loop.removeReader(one.number)
        try read.setResult(())
      }
      try loop.addWriter(one.number) {
        loop.removeWriter(one.number)
        try writable.setResult(())
      }
      try await loop.sockSendall(other, [1])
      try await read.value
      try await writable.value
      for _ in 0..<3 { try await sleep(.zero) }
      #expect(first.value == 0 && second.value == 1)
      #expect(!loop.removeWriter(one.number))
    }
  }

  @Test func `go on after a callback that fails`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let order = Order()
      loop.exceptionHandler = { _, context in order.add(context.message) }
      let (one, other) = try Socket.pair()
      let again = try Future<Void>()
      let count = Counter()
      try loop.addReader(one.number) {
        count.value += 1
        guard count.value > 1 else { throw RecordingProtocol.Failure() }
        loop.removeReader(one.number)
        try again.setResult(())
      }
      try await loop.sockSendall(other, [1])
      try await again.value
      #expect(order.items.count == 1)
    }
  }

  @Test func `are none of the connections', and can wait`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (ours, _) = try Socket.pair()
      let (transport, _) = try loop.connectAcceptedSocket(ours) { Collector() }
      let number = try #require(transport.socket?.number)
      let used = #expect(throws: IOError.self) { try loop.addReader(number) {} }
      #expect(used?.reason == .fileExists)
      let file = try OpenFile(path: "/proc/self/status")
      let refused = #expect(throws: IOError.self) { try loop.addWriter(file.number) {} }
      #expect(refused?.reason == .notPermitted)
      transport.close()
    }
  }

  @Test func `may be other ones after they were closed`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      for _ in 0..<3 {
        let (one, other) = try Socket.pair()
        let read = try Future<Void>()
        try loop.addReader(one.number) { if !read.isDone { try read.setResult(()) } }
        try await loop.sockSendall(other, [1])
        try await read.value
        // Closed without an end to the watch.
        OpenFile(owning: try #require(one.detach())).close()
      }
    }
  }
}

/// A number that callbacks count in.
///
/// Sendable: it is used on one thread.
final class Counter: @unchecked Sendable {
  var value = 0
}
