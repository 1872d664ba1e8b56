import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Handles` {
  final class Held: Sendable {}

  @Test func `know when their function will be called`() async throws {
    try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      #expect(loop.callLater(.seconds(7)) {}.when == loop.now + .seconds(7))
      #expect(
        loop.callAt(EventLoop.Instant(sinceStart: .seconds(9))) {}.when.sinceStart == .seconds(9))
      try await sleep(.seconds(10))
      #expect(loop.time == .seconds(10))
    }
  }

  @Test func `let go of their function when they are cancelled`() async throws {
    try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      var held: Held? = Held()
      weak let seen = held
      let handles = [
        loop.callSoon { [held] in _ = held }, loop.callLater(.seconds(1)) { [held] in _ = held },
      ]
      held = nil
      for handle in handles {
        #expect(seen != nil && !handle.isCancelled)
        handle.cancel()
        handle.cancel()
        #expect(handle.isCancelled)
      }
      #expect(seen == nil)
    }
  }

  @Test func `let go of their function when it was called`() async throws {
    try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      var held: Held? = Held()
      weak let seen = held
      let handle = loop.callSoon { [held] in _ = held }
      held = nil
      try await sleep(.zero)
      #expect(seen == nil && !handle.isCancelled)
    }
  }

  @Test func `can be cancelled from the thread that asked for the call`() async throws {
    let order = Order()
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let pool = ThreadPool()
      _ = try pool.submit {
        loop.callSoonThreadsafe { order.add("cancelled") }.cancel()
        loop.callSoonThreadsafe { order.add("called") }
      }
      // The loop is blocked meanwhile.
      pool.shutDown()
      #expect(order.items == [])
      for _ in 0..<2 { try await sleep(.zero) }
    }
    #expect(order.items == ["called"])
  }

  @Test func `of a task's end know where they were added, in debug mode`() async throws {
    let order = Order()
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      loop.isDebugging = true
      loop.exceptionHandler = { _, context in order.add(context.site ?? "nowhere") }
      let task = createTask {}
      task.addDoneCallback { _ in throw RecordingProtocol.Failure() }
      try await task.value
      try await sleep(.zero)
    }
    #expect(order.items.map { $0.filter { !$0.isNumber } } == ["HandleTests.swift:"])
  }
}
