import AsyncRuntime
import Testing

@Suite struct `Locks` {
  @Test func `goes to those that wait in order, and not to a newcomer`() async throws {
    let order = Order()
    try await onOwnLoop {
      let lock = Lock(name: "door")
      try await lock.acquire()
      for name in ["a", "b"] {
        createTask {
          try await lock.withLock {
            order.add(name)
            try await sleep(.zero)
          }
        }
      }
      try await sleep(.zero)
      lock.release()
      #expect(lock.isLocked)
      try await lock.acquire()
      order.add("main")
      lock.release()
      #expect(!lock.isLocked)
    }
    #expect(order.items == ["a", "b", "main"])
  }

  @Test func `goes to the next when it was given to a task that is cancelled`() async throws {
    try await onOwnLoop {
      let lock = Lock()
      try await lock.acquire()
      let first = createTask { try await lock.acquire() }
      let second = createTask { try await lock.acquire() }
      try await sleep(.zero)
      lock.release()
      first.cancel()
      await #expect(throws: CancelledError.self) { try await first.value }
      try await second.value
      #expect(lock.isLocked)
    }
  }
}

@Suite struct `Locks between threads` {
  @Test func `exclude the tasks of two loops and native tasks on other threads`() async throws {
    let lock = Lock()
    let total = Total()
    let add: @Sendable () async throws -> Void = {
      for _ in 0..<500 {
        try await lock.withLock {
          let before = total.value
          await Task.yield()
          total.value = before + 1
        }
      }
    }
    async let first: Void = onOwnLoop(add)
    async let second: Void = onOwnLoop(add)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 { group.addTask { try await add() } }
      try await group.waitForAll()
    }
    _ = try await (first, second)
    #expect(total.value == 2000)
    #expect(!lock.isLocked)
  }

  @Test func `a native task that waits without a loop can be cancelled`() async throws {
    let lock = Lock()
    try await lock.acquire()
    let waiting = Task { try await lock.acquire() }
    waiting.cancel()
    await #expect(throws: CancelledError.self) { try await waiting.value }
    lock.release()
    #expect(!lock.isLocked)
  }

  // Not synchronised: that is for the lock to do.
  // 1. Touched only by who holds the lock that is tested,
  // 2. and by the test after all tasks have ended.
  private final class Total: @unchecked Sendable {
    var value = 0
  }
}
