import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Locks` {
  @Test func `is held from when it is taken until it is released`() async throws {
    try await withVirtualTime {
      let lock = Lock()
      #expect(!lock.isLocked)
      try await lock.acquire()
      #expect(lock.isLocked && !lock.tryAcquire())
      lock.release()
      #expect(!lock.isLocked && lock.tryAcquire())
    }
  }

  @Test func `goes to those that wait in order, and not to a newcomer`() async throws {
    let order = Order()
    try await withVirtualTime {
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
    try await withVirtualTime {
      let lock = Lock()
      try await lock.acquire()
      let first = createTask { try await lock.acquire() }
      let second = createTask { try await lock.acquire() }
      try await sleep(.zero)
      lock.release()
      first.cancel()
      await #expect(throws: CancellationError.self) { try await first.value }
      try await second.value
      #expect(lock.isLocked)
    }
  }

  @Test func `is free when it was given to a task that is cancelled and no other waits`()
    async throws
  {
    try await withVirtualTime {
      let lock = Lock()
      try await lock.acquire()
      let task = createTask { try await lock.acquire() }
      try await sleep(.zero)
      lock.release()
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(!lock.isLocked)
    }
  }

  @Test func `forgets who is cancelled while it waits`() async throws {
    try await withVirtualTime {
      let lock = Lock()
      try await lock.acquire()
      let task = createTask { try await lock.acquire() }
      try await sleep(.zero)
      #expect(lock.statistics.waiters == 1)
      task.cancel(message: "enough")
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(task.cancellationMessage == "enough")
      #expect(lock.statistics.waiters == 0)
      lock.release()
      #expect(!lock.isLocked)
    }
  }

  @Test func `is released when the body fails`() async throws {
    try await withVirtualTime {
      let lock = Lock()
      await #expect(throws: QueueError.self) {
        try await lock.withLock { throw QueueError.empty }
      }
      #expect(!lock.isLocked)
    }
  }

  @Test func `is not released by who does not hold it`() async {
    await #expect(processExitsWith: .failure) { Lock().release() }
  }

  @Test func `knows who holds it and since when`() async throws {
    try await onOwnLoop {
      let lock = Lock()
      #expect(lock.statistics.hold == nil)
      try await lock.acquire()
      let next = createTask { try await lock.acquire() }
      try await sleep(.zero)
      let hold = try #require(lock.statistics.hold)
      #expect(hold.task == currentTask()?.id)
      let held = try #require(EventLoop.running).now - hold.since
      #expect(held > .zero && held < .seconds(60))
      lock.release()
      #expect(lock.statistics.hold?.task == next.id)
      try await next.value
      lock.release()
      #expect(lock.statistics.hold == nil)
    }
  }
}
