import AsyncRuntime
import Testing

@Suite struct `Functions on other threads` {
  struct Broken: Error {}

  @Test func `give their value or error to the task that waits`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      #expect(try await toThread { EventLoop.running == nil ? 5 : 0 } == 5)
      await #expect(throws: Broken.self) { try await toThread { throw Broken() } }
      #expect(try await loop.runInExecutor { 6 }.value == 6)
      #expect(try await loop.runInExecutor(ThreadPool()) { 7 }.value == 7)
    }
  }

  @Test func `do not hold up the loop`() async throws {
    let order = Order()
    try await onOwnLoop {
      let gate = ThreadFuture<Void>()
      let blocked = createTask {
        try await toThread { try gate.result() }
        order.add("blocked")
      }
      for _ in 0..<3 { try await sleep(.zero) }
      order.add("main")
      try gate.setResult(())
      try await blocked.value
    }
    #expect(order.items == ["main", "blocked"])
  }

  @Test func `go on when who waits for them is cancelled`() async throws {
    try await onOwnLoop {
      let (gate, started, ended) = (
        ThreadFuture<Void>(), ThreadFuture<Void>(), ThreadFuture<Int>()
      )
      let task = createTask {
        try await toThread {
          try started.setResult(())
          try gate.result()
          try ended.setResult(3)
        }
      }
      try await wrapFuture(started).value
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(!ended.isDone)
      try gate.setResult(())
      #expect(try await wrapFuture(ended).value == 3)
    }
  }

  @Test func `are not called if who waits is cancelled before they begin`() async throws {
    let order = Order()
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let gate = ThreadFuture<Void>()
      let pool = ThreadPool(threadLimit: 1)
      let first = try loop.runInExecutor(pool) { try gate.result() }
      let second = try loop.runInExecutor(pool) { order.add("second") }
      let third = try loop.runInExecutor(pool) { order.add("third") }
      second.cancel()
      try await sleep(.zero)
      try gate.setResult(())
      try await first.value
      try await third.value
    }
    #expect(order.items == ["third"])
  }

  @Test func `run on the pool that is set, until the executor is shut down`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let pool = ThreadPool(name: "mine", threadLimit: 1)
      loop.setDefaultExecutor(pool)
      #expect(try await toThread { 1 } == 1)
      #expect(try await loop.shutDownDefaultExecutor())
      await #expect(throws: ThreadPoolError.shutDown("mine")) { try await toThread {} }
      #expect(try await loop.shutDownDefaultExecutor())
    }
  }

  @Test func `are waited for when the runner closes, and may use the loop until then`() async throws
  {
    let order = Order()
    try await Runner.onOwnThread {
      let runner = try Runner()
      let loop = try runner.loop
      let gate = ThreadFuture<Void>()
      try runner.run {
        _ = try loop.runInExecutor {
          try gate.result()
          try runCoroutineThreadsafe(on: loop) { order.add("task") }.result()
          order.add("function")
        }
        createTask {
          do { try await sleep(.seconds(60)) } catch { try gate.setResult(()) }
        }
        try await sleep(.zero)
      }
      runner.close()
      order.add("closed")
    }
    #expect(order.items == ["task", "function", "closed"])
  }

  @Test func `are abandoned after a limit when the runner closes`() async throws {
    let order = Order()
    try await Runner.onOwnThread {
      let runner = try Runner()
      runner.executorLimit = .milliseconds(1)
      try runner.loop.exceptionHandler = { order.add($1.message) }
      let gate = ThreadFuture<Void>()
      try runner.run {
        _ = try EventLoop.running?.runInExecutor { try gate.result() }
      }
      runner.close()
      try gate.setResult(())
    }
    #expect(
      order.items == ["Threads of “executor” did not end within 0.001 seconds: abandoned."])
  }

  @Test func `leave the wait for the executor's end when that is cancelled`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let gate = ThreadFuture<Void>()
      let function = try loop.runInExecutor { try gate.result() }
      let task = createTask { try await loop.shutDownDefaultExecutor(timeout: .seconds(60)) }
      try await sleep(.zero)
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      try gate.setResult(())
      try await function.value
    }
  }
}
