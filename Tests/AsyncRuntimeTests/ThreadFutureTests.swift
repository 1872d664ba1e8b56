import AsyncRuntime
import Testing

@Suite struct `Thread futures` {
  struct Broken: Error {}

  @Test func `carry what a task of another thread's loop returns or throws`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      try await toThread {
        let value = runCoroutineThreadsafe(on: loop, name: "asked") {
          try await sleep(.zero)
          return currentTask()?.name
        }
        let name = try value.result()
        #expect(name == "asked")
        let failure = runCoroutineThreadsafe(on: loop) { throw Broken() }
        #expect(throws: Broken.self) { try failure.result() }
      }
    }
  }

  @Test func `cancel the task when they are cancelled`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let started = ThreadFuture<Void>()
      let ended = try Future<Bool>()
      let future = runCoroutineThreadsafe(on: loop) {
        try started.setResult(())
        do { try await sleep(.seconds(60)) } catch {
          try ended.setResult(error is CancellationError)
          throw error
        }
      }
      try await toThread {
        try started.result()
        #expect(future.cancel())
        #expect(throws: CancellationError.self) { try future.result() }
      }
      #expect(try await ended.value)
    }
  }

  @Test func `are cancelled when the task is`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let future = runCoroutineThreadsafe(on: loop) {
        currentTask()?.cancel()
        try await sleep(.seconds(60))
      }
      await #expect(throws: CancellationError.self) { try await wrapFuture(future).value }
      #expect(future.isCancelled)
    }
  }

  @Test func `create no task if they are cancelled before`() async throws {
    let order = Order()
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      runCoroutineThreadsafe(on: loop) { order.add("task") }.cancel()
      for _ in 0..<3 { try await sleep(.zero) }
    }
    #expect(order.items == [])
  }

  @Test func `say that the loop is closed`() async throws {
    let loop = try await Runner.onOwnThread {
      let runner = try Runner()
      let loop = try runner.loop
      let early = runCoroutineThreadsafe(on: loop) { 1 }
      runner.close()
      #expect(throws: RunnerError.self) { try early.result(timeout: .seconds(60)) }
      return loop
    }
    let late = runCoroutineThreadsafe(on: loop) { 2 }
    #expect(throws: RunnerError.self) { try late.result(timeout: .seconds(60)) }
    #expect(loop.callSoonThreadsafe {}.isCancelled)
  }

  @Test func `can be waited for with a limit`() throws {
    let future = ThreadFuture<Int>()
    #expect(throws: TimeoutError.self) { try future.result(timeout: .milliseconds(1)) }
    #expect(throws: TimeoutError.self) { try future.result(timeout: .zero) }
    try future.setResult(1)
    #expect(try future.result(timeout: .zero) == 1)
  }

  @Test func `call back in order, and at once when they are done`() throws {
    let order = Order()
    let future = ThreadFuture<Int>()
    for name in ["a", "b"] { future.addDoneCallback { _ in order.add(name) } }
    #expect(order.items == [])
    try future.setResult(1)
    #expect(order.items == ["a", "b"])
    future.addDoneCallback { order.add("\($0.isDone)") }
    #expect(order.items == ["a", "b", "true"])
  }

  @Test func `are set once`() throws {
    let future = ThreadFuture<Int>()
    #expect(future.start() && future.isRunning)
    #expect(!future.cancel())
    try future.setError(Broken())
    #expect(!future.start() && !future.isRunning)
    #expect(throws: InvalidStateError.alreadyDone) { try future.setResult(1) }
    #expect(throws: InvalidStateError.alreadyDone) { try future.setError(Broken()) }
    #expect(throws: Broken.self) { try future.result() }
  }

  @Test func `can be followed by a task, which cancels them with its own wait`() async throws {
    try await onOwnLoop {
      let (value, error, dropped) = (
        ThreadFuture<Int>(), ThreadFuture<Int>(), ThreadFuture<Int>()
      )
      try value.setResult(4)
      #expect(try await wrapFuture(value).value == 4)
      let follower = wrapFuture(error)
      try await toThread { try error.setError(Broken()) }
      await #expect(throws: Broken.self) { try await follower.value }
      let task = createTask { try await wrapFuture(dropped).value }
      try await sleep(.zero)
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      try await sleep(.zero)
      #expect(dropped.isCancelled)
    }
  }

  @Test func `keep their value if a follower is cancelled that has not heard of it`() async throws {
    try await onOwnLoop {
      let value = ThreadFuture<Int>()
      let follower = wrapFuture(value)
      try value.setResult(1)
      #expect(follower.cancel())
      try await sleep(.zero)
      #expect(follower.isCancelled)
      #expect(try value.result(timeout: .zero) == 1 && !value.isCancelled)
    }
  }
}
