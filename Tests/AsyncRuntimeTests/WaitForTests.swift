import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Wait for` {
  struct Broken: Error {}

  @Test func `gives the value that comes in time`() async throws {
    try await withVirtualTime {
      let value = try await waitFor(
        coroutine { try await sleep(.seconds(1), result: 1) }, timeout: .seconds(2))
      #expect(value == 1)
      #expect(try await waitFor(createTask { 2 }, timeout: nil) == 2)
    }
  }

  @Test func `cancels what takes too long, and lets it clean up`() async throws {
    try await withVirtualTime {
      let order = Order()
      let task = createTask {
        do { try await sleep(.seconds(60)) } catch {
          try await sleep(.seconds(3))
          order.add("clean")
          throw error
        }
      }
      await #expect(throws: TimeoutError()) { try await waitFor(task, timeout: .seconds(1)) }
      #expect(order.items == ["clean"] && task.isCancelled)
      #expect(EventLoop.running?.time == .seconds(4))
    }
  }

  @Test(arguments: [0, 1])
  func `gives the value of what ignores the cancellation`(seconds: Int) async throws {
    try await withVirtualTime {
      let task = createTask {
        try? await sleep(.seconds(60))
        return 5
      }
      try await iterations()
      #expect(try await waitFor(task, timeout: .seconds(seconds)) == 5)
    }
  }

  @Test(arguments: [0, 1])
  func `throws the error of a clean-up instead of its own`(seconds: Int) async throws {
    try await withVirtualTime {
      let task = createTask {
        do { try await sleep(.seconds(60)) } catch { throw Broken() }
      }
      try await iterations()
      await #expect(throws: Broken.self) { try await waitFor(task, timeout: .seconds(seconds)) }
    }
  }

  @Test(arguments: [0, -1])
  func `with no time gives what is there, else cancels`(seconds: Int) async throws {
    try await withVirtualTime {
      let future = try Future<Int>()
      try future.setResult(1)
      #expect(try await waitFor(future, timeout: .seconds(seconds)) == 1)
      let task = createTask { try await sleep(.seconds(60)) }
      try await iterations()
      await #expect(throws: TimeoutError()) { try await waitFor(task, timeout: .seconds(seconds)) }
      #expect(task.isCancelled)
      #expect(EventLoop.running?.time == .zero)
    }
  }

  @Test func `with no time does not begin a coroutine`() async throws {
    let order = Order()
    try await onOwnLoop {
      let work = coroutine { order.add("ran") }
      await #expect(throws: TimeoutError()) { try await waitFor(work, timeout: .zero) }
    }
    #expect(order.items == [])
  }

  @Test func `gives a value that comes just before the timeout`() async throws {
    try await withVirtualTime {
      let future = try Future<Int>()
      EventLoop.running?.callLater(.seconds(1) - .nanoseconds(1)) { try future.setResult(1) }
      let value = try await waitFor(future, timeout: .seconds(1))
      #expect(value == 1)
    }
  }

  @Test(arguments: [nil, 60])
  func `cancels what it waits for when it is cancelled`(seconds: Int?) async throws {
    try await withVirtualTime {
      let inner = createTask { try await sleep(.seconds(3600)) }
      let outer = createTask { try await waitFor(inner, timeout: seconds.map { .seconds($0) }) }
      try await iterations(2)
      outer.cancel(message: "outer")
      await #expect(throws: CancellationError.self) { try await outer.value }
      #expect(outer.cancellationMessage == "outer")
      #expect(inner.isCancelled)
    }
  }

  @Test func `waits for the end of what ignores its own cancellation`() async throws {
    try await withVirtualTime {
      let inner = createTask {
        try? await sleep(.seconds(3600))
        return try await sleep(.seconds(2), result: 1)
      }
      let outer = createTask { try await waitFor(inner, timeout: .seconds(60)) }
      try await iterations(2)
      outer.cancel()
      #expect(try await outer.value == 1)
      #expect(EventLoop.running?.time == .seconds(2))
    }
  }

  @Test func `loses no cancellation that comes with the value`() async throws {
    try await withVirtualTime {
      let future = try Future<Int>()
      let outer = createTask { try await waitFor(future, timeout: .seconds(60)) }
      try await iterations()
      try future.setResult(1)
      outer.cancel()
      await #expect(throws: CancellationError.self) { try await outer.value }
    }
  }
}

@Suite struct `Shield` {
  struct Broken: Error {}

  @Test func `keeps a cancellation from what it is around`() async throws {
    try await withVirtualTime {
      let inner = createTask { try await sleep(.seconds(2), result: 2) }
      let outer = createTask { try await shield(inner) }
      try await iterations(2)
      outer.cancel(message: "outer")
      await #expect(throws: CancellationError.self) { try await outer.value }
      #expect(outer.cancellationMessage == "outer")
      #expect(!inner.isDone)
      #expect(try await inner.value == 2)
    }
  }

  @Test func `passes values, errors and cancellations out`() async throws {
    try await onOwnLoop {
      let value = try await shield(coroutine { 1 })
      #expect(value == 1)
      await #expect(throws: Broken.self) { try await shield(createTask { throw Broken() }) }
      let future = try Future<Int>()
      EventLoop.running?.callSoon { future.cancel(message: "inner") }
      await #expect(throws: CancellationError.self) { try await shield(future) }
      #expect(future.cancellationMessage == "inner")
    }
  }

  @Test func `reports an error that comes after the waiter is gone`() async throws {
    try await withVirtualTime {
      let reports = collectReports()
      let outer = createTask {
        try await shield(
          coroutine {
            try await sleep(.seconds(1))
            throw Broken()
          })
      }
      try await iterations(2)
      outer.cancel()
      try await sleep(.seconds(2))
      #expect(reports.items == ["What was shielded failed after its waiter was cancelled."])
      #expect(outer.isCancelled)
    }
  }

  @Test(arguments: [true, false])
  func `reports it once, however many waiters are gone`(isTask: Bool) async throws {
    try await withVirtualTime {
      let reports = collectReports()
      let future = try Future<Int>()
      let task = createTask { try await shield(future) }
      try await iterations()
      let waiters = (0..<3).map { _ in
        createTask { isTask ? try await shield(task) : try await shield(future) }
      }
      try await iterations()
      for waiter in waiters { waiter.cancel() }
      try await iterations()
      try future.setError(Broken())
      try await iterations(2)
      #expect(reports.items == ["What was shielded failed after its waiter was cancelled."])
      await #expect(throws: Broken.self) { try await task.value }
    }
  }

  @Test func `survives a timeout around it`() async throws {
    try await withVirtualTime {
      let inner = createTask { try await sleep(.seconds(2), result: 2) }
      for time in [Duration.zero, .seconds(1)] {
        await #expect(throws: TimeoutError()) {
          try await waitFor(coroutine { try await shield(inner) }, timeout: time)
        }
      }
      let value = try await shield(inner)
      #expect(value == 2)
    }
  }
}
