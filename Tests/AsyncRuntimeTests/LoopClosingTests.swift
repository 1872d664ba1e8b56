import AsyncRuntime
import Testing

@Suite struct `Closing a loop` {
  final class Held: Sendable {}

  @Test func `drops callbacks and timers, once`() async throws {
    try await Runner.onOwnThread {
      let loop = try newEventLoop()
      var held: Held? = Held()
      weak let seen = held
      let handle = loop.callSoon { [held] in _ = held }
      loop.callLater(.seconds(1)) { [held] in _ = held }
      loop.callSoonThreadsafe { [held] in _ = held }
      held = nil
      #expect(seen != nil && !loop.isClosed)
      loop.close()
      #expect(seen == nil && loop.isClosed && handle.isCancelled)
      loop.close()
    }
  }

  @Test func `tells of the tasks that are left pending`() async throws {
    let order = Order()
    try await Runner.onOwnThread {
      let runner = try Runner()
      let loop = try runner.loop
      loop.exceptionHandler = { order.add("\($1)".filter { !$0.isNumber }) }
      try runner.run {
        for name in ["a", "b"] { createTask(name: name) { try await Future<Void>().value } }
        try await sleep(.zero)
      }
      loop.close()
      runner.close()
    }
    #expect(
      order.items == [
        "A task was pending when its event loop was closed. It is the first of ."
          + " Task: a. Created at LoopClosingTests.swift:."
      ])
  }

  @Test func `shuts its executor down and does not wait for it`() async throws {
    try await Runner.onOwnThread {
      let gate = ThreadFuture<Void>()
      let pool = ThreadPool(name: "mine")
      let loop = try newEventLoop()
      loop.setDefaultExecutor(pool)
      let function = try pool.submit { try gate.result(timeout: .seconds(60)) }
      loop.close()
      #expect(!function.isDone)
      #expect(throws: ThreadPoolError.shutDown("mine")) { try pool.submit {} }
      try gate.setResult(())
      try function.result(timeout: .seconds(60))
    }
  }

  @Test func `leaves nothing that could be called`() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      try await Runner.onOwnThread {
        let loop = try newEventLoop(name: "gone")
        loop.close()
        loop.callSoon {}
      }
    }
    expect(result, "the event loop “gone” is closed")
  }

  @Test func `is refused while it runs`() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      try await Runner.onOwnThread {
        let runner = try Runner(name: "busy")
        try runner.run { EventLoop.running?.close() }
      }
    }
    expect(result, "the event loop “busy” is closed while it runs")
  }

  @Test func `is refused to threads that would wait for themselves`() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      try await Runner.onOwnThread {
        let pool = ThreadPool(name: "own")
        _ = try pool.submit { pool.shutDown() }.result(timeout: .seconds(60))
      }
    }
    expect(result, "a thread of the pool “own” waits for the pool to end")
  }

  @Test func `is no way to wait on the loop's own thread`() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      try await Runner.onOwnThread {
        try Runner().run { try ThreadFuture<Void>().result() }
      }
    }
    expect(result, "ThreadFuture.result() would block an event loop")
  }

  private func expect(_ result: ExitTest.Result, _ reason: String) {
    let text = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(text.contains(reason))
  }
}
