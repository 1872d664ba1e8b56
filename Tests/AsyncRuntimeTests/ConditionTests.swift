import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Conditions` {
  /// Waits once, and notes it.
  static func waiting(_ condition: Condition, _ name: String, _ order: Order) -> AsyncTask<Void> {
    createTask {
      try await condition.withLock {
        try await condition.wait()
        order.add(name)
      }
    }
  }

  @Test func `let as many go on as they are told, in order`() async throws {
    let order = Order()
    try await withVirtualTime {
      let condition = Condition()
      for name in ["a", "b", "c", "d"] { _ = Self.waiting(condition, name, order) }
      try await EventLoop.settle()
      #expect(!condition.isLocked && condition.statistics.waiters == 4)
      try await condition.withLock { condition.notify() }
      try await EventLoop.settle()
      #expect(order.items == ["a"])
      try await condition.withLock { condition.notify(2) }
      try await EventLoop.settle()
      #expect(order.items == ["a", "b", "c"])
      try await condition.withLock { condition.notify(2048) }
      try await EventLoop.settle()
    }
    #expect(order.items == ["a", "b", "c", "d"])
  }

  @Test func `let all go on`() async throws {
    let order = Order()
    try await withVirtualTime {
      let condition = Condition()
      for name in ["a", "b", "c"] { _ = Self.waiting(condition, name, order) }
      try await EventLoop.settle()
      try await condition.withLock { condition.notifyAll() }
      try await EventLoop.settle()
    }
    #expect(order.items == ["a", "b", "c"])
  }

  @Test func `forget a notification for which nobody waits`() async throws {
    try await withVirtualTime {
      let condition = Condition()
      try await condition.withLock { condition.notifyAll() }
      let task = Self.waiting(condition, "a", Order())
      try await EventLoop.settle()
      #expect(!task.isDone)
    }
  }

  @Test func `hold the lock again for who was notified, and for one at a time`() async throws {
    try await withVirtualTime {
      let condition = Condition()
      let (held, goOn) = (Event(), Event())
      for _ in 0..<2 {
        createTask {
          try await condition.withLock {
            try await condition.wait()
            #expect(condition.isLocked)
            held.set()
            try await goOn.wait()
          }
        }
      }
      try await EventLoop.settle()
      try await condition.withLock { condition.notifyAll() }
      try await held.wait()
      try await EventLoop.settle()
      #expect(condition.lock.statistics.waiters == 1)
      goOn.set()
      try await EventLoop.settle()
      #expect(!condition.isLocked)
    }
  }

  @Test func `wait until something holds`() async throws {
    let order = Order()
    try await withVirtualTime {
      let condition = Condition()
      let presence = Presence()
      let task = createTask {
        try await condition.withLock {
          try await condition.wait { presence.count >= 3 }
          order.add("\(presence.count)")
        }
      }
      for _ in 0..<4 {
        try await EventLoop.settle()
        try await condition.withLock {
          presence.count += 1
          condition.notify()
        }
      }
      try await task.value
    }
    #expect(order.items == ["3"] || order.items == ["4"])
  }

  @Test func `share a lock`() async throws {
    try await withVirtualTime {
      let lock = Lock()
      let (full, empty) = (Condition(lock: lock), Condition(lock: lock))
      try await full.acquire()
      #expect(lock.isLocked && empty.isLocked)
      empty.release()
      #expect(!full.isLocked)
    }
  }

  @Test func `are not waited for without their lock`() async {
    await #expect(processExitsWith: .failure) { try await Condition().wait() }
  }

  @Test func `are not notified without their lock`() async {
    await #expect(processExitsWith: .failure) { Condition().notify() }
  }

  // Touched only by the tasks of one loop.
  // 1. A test makes it,
  // 2. and its loop's tasks use it.
  private final class Presence: @unchecked Sendable {
    var count = 0
  }
}

@Suite struct `Cancelled waits for conditions` {
  @Test func `hold the lock again before they fail`() async throws {
    try await withVirtualTime {
      let condition = Condition()
      let task = createTask {
        try await condition.acquire()
        defer {
          #expect(condition.isLocked)
          condition.release()
        }
        try await condition.wait()
      }
      try await EventLoop.settle()
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(!condition.isLocked && condition.statistics.waiters == 0)
    }
  }

  @Test func `fail only when who holds the lock releases it, however often they are cancelled`()
    async throws
  {
    try await withVirtualTime {
      let condition = Condition()
      let task = createTask {
        try await condition.withLock { try await condition.wait() }
      }
      try await EventLoop.settle()
      try await condition.acquire()
      for message in ["first", "second", "third"] {
        task.cancel(message: message)
        try await EventLoop.settle()
        #expect(!task.isDone)
      }
      condition.release()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(task.cancellationMessage == "third")
      #expect(!condition.isLocked)
    }
  }

  @Test func `keep their turn for the lock`() async throws {
    let order = Order()
    try await withVirtualTime {
      let condition = Condition()
      let task = createTask {
        try await condition.acquire()
        defer { condition.release() }
        do { try await condition.wait() } catch { order.add("waited") }
      }
      try await EventLoop.settle()
      try await condition.acquire()
      condition.notify()
      try await EventLoop.settle()
      createTask { try await condition.withLock { order.add("newcomer") } }
      try await EventLoop.settle()
      task.cancel()
      try await EventLoop.settle()
      condition.release()
      try await EventLoop.settle()
    }
    #expect(order.items == ["waited", "newcomer"])
  }

  @Test func `pass on a notification that came before they ran`() async throws {
    let order = Order()
    try await withVirtualTime {
      let condition = Condition()
      let first = `Conditions`.waiting(condition, "first", order)
      _ = `Conditions`.waiting(condition, "second", order)
      try await EventLoop.settle()
      try await condition.withLock {
        condition.notify()
        first.cancel()
      }
      try await EventLoop.settle()
      #expect(first.isCancelled)
    }
    #expect(order.items == ["second"])
  }

  @Test func `pass on a notification while they wait for the lock`() async throws {
    let order = Order()
    try await withVirtualTime {
      let condition = Condition()
      let first = `Conditions`.waiting(condition, "first", order)
      _ = `Conditions`.waiting(condition, "second", order)
      try await EventLoop.settle()
      try await condition.acquire()
      condition.notify()
      try await EventLoop.settle()
      first.cancel()
      try await EventLoop.settle()
      condition.release()
      try await EventLoop.settle()
      #expect(first.isCancelled)
    }
    #expect(order.items == ["second"])
  }

  @Test func `pass nothing on if they had not been notified`() async throws {
    let order = Order()
    try await withVirtualTime {
      let condition = Condition()
      let first = `Conditions`.waiting(condition, "first", order)
      let second = `Conditions`.waiting(condition, "second", order)
      try await EventLoop.settle()
      first.cancel()
      try await EventLoop.settle()
      #expect(first.isCancelled && !second.isDone)
    }
    #expect(order.items.isEmpty)
  }

  @Test func `may be those of a timeout in the body`() async throws {
    try await withVirtualTime {
      let condition = Condition()
      try await condition.withLock {
        await #expect(throws: AsyncRuntime.TimeoutError.self) {
          try await withTimeout(.seconds(1)) { try await condition.wait() }
        }
        #expect(condition.isLocked)
      }
      #expect(!condition.isLocked)
    }
  }
}
