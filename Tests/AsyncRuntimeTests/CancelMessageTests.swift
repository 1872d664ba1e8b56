import AsyncRuntime
import AsyncRuntimeTesting
import Testing

/// As in asyncio, where the first request ends the wait and so says why.
@Suite struct `Of two requests to cancel` {
  private typealias Wait = @Sendable () async throws -> Void

  private static let waits: [String: Wait] = [
    "sleep": { try await sleep(.seconds(100)) },
    "future": { _ = try await Future<Int>().value },
    "task": { try await createTask { try await sleep(.seconds(100)) }.value },
    "coroutine": { try await coroutine { try await sleep(.seconds(100)) }.value },
    "lock": {
      let lock = Lock()
      try await lock.acquire()
      try await lock.acquire()
    },
    "semaphore": { try await AsyncSemaphore(0).acquire() },
    "event": { try await Event().wait() },
    "barrier": { try await Barrier(2).wait() },
    "condition": {
      let condition = Condition()
      try await condition.withLock { try await condition.wait() }
    },
    "get": { _ = try await Queue<Int>().get() },
    "put": {
      let queue = Queue<Int>(capacity: 1)
      try await queue.put(1)
      try await queue.put(2)
    },
    "join": {
      let queue = Queue<Int>()
      try await queue.put(1)
      try await queue.join()
    },
    "gather": {
      try await gather(coroutine { try await sleep(.seconds(100)) }, try Future<Int>())
    },
    "wait": { _ = try await wait([try Future<Int>()]) },
    "first completed": { for try await _ in asCompleted([try Future<Int>()]) {} },
    "shield": { _ = try await shield(try Future<Int>()) },
    "wait for": { _ = try await waitFor(try Future<Int>(), timeout: .seconds(100)) },
    "timeout": { try await withTimeout(.seconds(100)) { try await sleep(.seconds(200)) } },
    "group": {
      try await withAsyncTaskGroup { group in
        _ = try group.createTask { try await sleep(.seconds(100)) }
      }
    },
  ]

  @Test(arguments: waits.keys.sorted())
  func `that come at once the first one's message counts`(name: String) async throws {
    let body = try #require(Self.waits[name])
    try await withVirtualTime {
      let task = createTask { try await body() }
      try await iterations(2)
      task.cancel(message: "first")
      task.cancel(message: "second")
      #expect(task.cancelling == 2)
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(task.cancellationMessage == "first")
    }
  }

  @Test func `the last one's counts if nothing was waited for`() async throws {
    try await withVirtualTime {
      let unbegun = createTask { try await sleep(.seconds(100)) }
      unbegun.cancel(message: "first")
      unbegun.cancel(message: "second")
      await #expect(throws: CancellationError.self) { try await unbegun.value }
      #expect(unbegun.cancellationMessage == "second")

      let itself = createTask {
        currentTask()?.cancel(message: "first")
        currentTask()?.cancel(message: "second")
        try await sleep(.seconds(100))
      }
      await #expect(throws: CancellationError.self) { try await itself.value }
      #expect(itself.cancellationMessage == "second")

      let future = try Future<Int>()
      let woken = createTask { try await future.value }
      try await iterations()
      try future.setResult(1)
      woken.cancel(message: "first")
      woken.cancel(message: "second")
      await #expect(throws: CancellationError.self) { try await woken.value }
      #expect(woken.cancellationMessage == "second")
    }
  }

  @Test func `each that is delivered has its own message`() async throws {
    let messages = Order()
    try await withVirtualTime {
      let task = createTask {
        for _ in 0..<3 {
          do {
            try await sleep(.seconds(100))
          } catch  where error.isCancellation {
            messages.add(currentTask()?.cancellationMessage ?? "none")
          }
        }
        currentTask()?.cancel(message: "own")
        try await sleep(.seconds(100))
      }
      for message in ["one", "two", "three"] {
        try await iterations(2)
        task.cancel(message: message)
      }
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(task.cancellationMessage == "own")
    }
    #expect(messages.items == ["one", "two", "three"])
  }
}
