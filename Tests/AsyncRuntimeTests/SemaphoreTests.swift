import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Semaphores` {
  @Test func `give out as many permits as they have`() async throws {
    try await withVirtualTime {
      let semaphore = AsyncSemaphore(2)
      try await semaphore.acquire()
      #expect(!semaphore.isLocked)
      try await semaphore.acquire()
      #expect(semaphore.isLocked && !semaphore.tryAcquire())
      semaphore.release()
      #expect(!semaphore.isLocked && semaphore.statistics.permits == 1)
    }
  }

  @Test func `give permits to those that wait in order, and not to a newcomer`() async throws {
    let order = Order()
    try await withVirtualTime {
      let semaphore = AsyncSemaphore(1)
      try await semaphore.acquire()
      for name in ["a", "b"] {
        createTask { try await semaphore.withPermit { order.add(name) } }
      }
      try await sleep(.zero)
      semaphore.release()
      #expect(semaphore.isLocked && !semaphore.tryAcquire())
      try await semaphore.withPermit { order.add("main") }
      #expect(semaphore.statistics.permits == 1)
    }
    #expect(order.items == ["a", "b", "main"])
  }

  @Test func `let nobody overtake those that were woken`() async throws {
    let order = Order()
    try await withVirtualTime {
      let semaphore = AsyncSemaphore(0)
      for name in ["a", "b"] {
        createTask {
          try await semaphore.acquire()
          order.add(name)
        }
      }
      try await iterations()
      for _ in 0..<4 { semaphore.release() }
      #expect(semaphore.statistics.permits == 2)
      #expect(semaphore.isLocked && !semaphore.tryAcquire())
      try await semaphore.acquire()
      order.add("main")
      #expect(!semaphore.isLocked && semaphore.statistics.permits == 1)
    }
    #expect(order.items == ["a", "b", "main"])
  }

  @Test func `go on to those that came later when who was woken is cancelled`() async throws {
    let order = Order()
    try await withVirtualTime {
      let semaphore = AsyncSemaphore(0)
      let first = createTask { try await semaphore.acquire() }
      try await iterations()
      createTask {
        semaphore.release()
        semaphore.release()
        first.cancel()
      }
      for name in ["a", "b", "c"] {
        createTask {
          try await semaphore.acquire()
          order.add(name)
        }
      }
      try await iterations()
      #expect(order.items == [] && semaphore.statistics.waiters == 3)
      try await iterations(2)
      #expect(order.items == ["a", "b"])
      #expect(semaphore.statistics.waiters == 1 && semaphore.statistics.permits == 0)
      semaphore.release()
      try await iterations(2)
    }
    #expect(order.items == ["a", "b", "c"])
  }

  @Test func `are bounded by what was taken, whoever is woken`() async throws {
    try await withVirtualTime {
      let semaphore = BoundedSemaphore(2)
      try await semaphore.acquire()
      try await semaphore.acquire()
      let waiter = createTask { try await semaphore.acquire() }
      try await iterations()
      try semaphore.release()
      try semaphore.release()
      try await waiter.value
      try semaphore.release()
      #expect(throws: SemaphoreError.releasedTooOften(limit: 2)) { try semaphore.release() }
    }
  }

  @Test func `give a cancelled task's permit to the next`() async throws {
    try await withVirtualTime {
      let semaphore = AsyncSemaphore(0)
      let first = createTask { try await semaphore.acquire() }
      let second = createTask { try await semaphore.acquire() }
      try await sleep(.zero)
      semaphore.release()
      first.cancel()
      await #expect(throws: CancellationError.self) { try await first.value }
      try await second.value
      #expect(semaphore.isLocked)
    }
  }

  @Test func `take the permit back of the last that is cancelled`() async throws {
    try await withVirtualTime {
      let semaphore = AsyncSemaphore(0)
      let task = createTask { try await semaphore.acquire() }
      try await sleep(.zero)
      semaphore.release()
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(semaphore.statistics.permits == 1)
    }
  }

  @Test func `forget who is cancelled while it waits`() async throws {
    try await withVirtualTime {
      let semaphore = AsyncSemaphore(0)
      let tasks = (0..<3).map { _ in createTask { try await semaphore.acquire() } }
      try await sleep(.zero)
      tasks[1].cancel()
      try await sleep(.zero)
      #expect(semaphore.statistics.waiters == 2)
      semaphore.release()
      semaphore.release()
      try await tasks[0].value
      try await tasks[2].value
      #expect(semaphore.statistics.permits == 0)
    }
  }

  @Test func `can have more permits than at first`() async throws {
    try await withVirtualTime {
      let semaphore = AsyncSemaphore(1)
      semaphore.release()
      #expect(semaphore.statistics.permits == 2 && semaphore.statistics.initialPermits == 1)
    }
  }

  @Test func `get the permit back when the body fails`() async throws {
    try await withVirtualTime {
      let semaphore = AsyncSemaphore()
      await #expect(throws: QueueError.self) {
        try await semaphore.withPermit { throw QueueError.empty }
      }
      #expect(!semaphore.isLocked)
    }
  }

  @Test func `know who holds their only permit`() async throws {
    try await onOwnLoop {
      let semaphore = AsyncSemaphore()
      try await semaphore.withPermit {
        #expect(semaphore.statistics.hold?.task == currentTask()?.id)
      }
      #expect(semaphore.statistics.hold == nil)
    }
  }

  @Test func `have no less than no permits`() async {
    await #expect(processExitsWith: .failure) { _ = AsyncSemaphore(-1) }
  }
}

@Suite struct `Bounded semaphores` {
  @Test func `refuse a permit that nobody has taken`() async throws {
    try await withVirtualTime {
      let semaphore = BoundedSemaphore(2)
      #expect(throws: SemaphoreError.releasedTooOften(limit: 2)) { try semaphore.release() }
      try await semaphore.acquire()
      try semaphore.release()
      #expect(semaphore.statistics.permits == 2)
    }
  }

  @Test func `give permits to those that wait`() async throws {
    try await withVirtualTime {
      let semaphore = BoundedSemaphore()
      try await semaphore.acquire()
      let task = createTask { try await semaphore.withPermit { semaphore.isLocked } }
      try await sleep(.zero)
      try semaphore.release()
      #expect(try await task.value)
      #expect(!semaphore.isLocked)
    }
  }

  @Test func `say so if a permit was released inside the body`() async throws {
    try await withVirtualTime {
      let semaphore = BoundedSemaphore()
      await #expect(throws: SemaphoreError.self) {
        try await semaphore.withPermit { try semaphore.release() }
      }
      await #expect(throws: QueueError.self) {
        try await semaphore.withPermit {
          try semaphore.release()
          throw QueueError.full
        }
      }
    }
  }
}
