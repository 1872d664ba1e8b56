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
