import AsyncRuntime
import AsyncRuntimeTesting
import Synchronization
import Testing

@Suite struct `A request to cancel that came before the wait` {
  // CPython, Lib/test/test_asyncio/test_tasks.py: test_cancel_awaited_task.
  @Test func `is passed on to the task that is awaited, and to its future`() async throws {
    try await onOwnLoop {
      let future = try Future<Void>()
      let nested = createTask { try await future.value }
      let task = createTask {
        try await sleep(.zero)
        currentTask()?.cancel(message: "myself")
        try await nested.value
      }
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(task.cancellationMessage == "myself")
      #expect(task.isCancelled && nested.isCancelled && future.isCancelled)
    }
  }

  @Test func `is passed on to a future`() async throws {
    try await onOwnLoop {
      let future = try Future<Void>()
      let task = createTask {
        currentTask()?.cancel(message: "myself")
        try await future.value
      }
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(task.cancellationMessage == "myself")
      #expect(future.isCancelled)
    }
  }

  @Test func `leaves a value that the awaited task returns all the same`() async throws {
    try await onOwnLoop {
      let inner = createTask {
        try? await sleep(.seconds(60))
        return 5
      }
      let task = createTask {
        try await sleep(.zero)
        currentTask()?.cancel()
        let value = try await inner.value
        // It was delivered, to the other one.
        try await sleep(.zero)
        return value
      }
      let value = try await task.value
      #expect(value == 5)
      #expect(task.cancelling == 1)
    }
  }

  @Test func `is not taken back once the wait has begun`() async throws {
    try await onOwnLoop {
      let task = createTask {
        currentTask()?.cancel(message: "first")
        try await sleep(.seconds(60))
      }
      try await sleep(.zero)
      task.uncancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(task.cancellationMessage == "first")
    }
  }

  @Test func `takes a function back that a thread has not begun`() async throws {
    try await onOwnLoop {
      let gate = ThreadFuture<Void>()
      let hasRun = Atomic(false)
      EventLoop.running?.setDefaultExecutor(ThreadPool(threadLimit: 1))
      let first = createTask { try await toThread { try gate.result() } }
      try await sleep(.zero)
      let second = createTask {
        currentTask()?.cancel()
        try await toThread { hasRun.store(true, ordering: .relaxed) }
      }
      await #expect(throws: CancellationError.self) { try await second.value }
      try gate.setResult(())
      try await first.value
      try await EventLoop.running?.shutDownDefaultExecutor()
      let wasCalled = hasRun.load(ordering: .relaxed)
      #expect(!wasCalled)
    }
  }

  @Test func `of a timeout is passed on when it fires as the task becomes ready`() async throws {
    try await withVirtualTime {
      let inner = createTask { try await sleep(.seconds(60)) }
      await #expect(throws: TimeoutError()) {
        try await withTimeout(.seconds(1)) {
          // One of Swift's own waits, which the request does not end if it has ended.
          let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
          EventLoop.running?.callLater(.seconds(1)) { continuation.yield(1) }
          for await _ in stream { break }
          try await inner.value
        }
      }
      #expect(inner.isCancelled)
    }
  }

  @Test func `of a timeout ends the wait for what ended in the same iteration`() async throws {
    try await withVirtualTime {
      let inner = createTask { try await sleep(.seconds(1)) }
      try await sleep(.zero)
      await #expect(throws: TimeoutError()) {
        try await withTimeout(.seconds(1)) { try await inner.value }
      }
      #expect(inner.state == .returned)
    }
  }

  @Test func `in a circle of tasks ends them`() async throws {
    try await onOwnLoop {
      let last = try Future<AsyncTask<Int>>()
      let one = createTask {
        let awaited = try await last.value
        try await iterations(2)
        currentTask()?.cancel()
        return try await awaited.value
      }
      let two = createTask { try await one.value }
      try last.setResult(two)
      await #expect(throws: CancellationError.self) { try await two.value }
      #expect(one.isCancelled)
    }
  }

  @Test func `of a native task is passed on once`() async throws {
    try await onOwnLoop {
      let future = try Future<Void>()
      let awaited = createTask {
        do { try await future.value } catch { try await sleep(.zero) }
        return currentTask()?.cancelling
      }
      try await sleep(.zero)
      let requests = try await withThrowingTaskGroup(of: Int?.self) { group in
        group.addTask {
          unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
          return try await awaited.value
        }
        return try await group.next() ?? nil
      }
      #expect(requests == 1)
    }
  }
}
