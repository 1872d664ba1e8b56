import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Timeouts` {
  struct Broken: Error {}

  @Test func `end what takes too long`() async throws {
    try await withVirtualTime {
      await #expect(throws: TimeoutError()) {
        try await withTimeout(.milliseconds(1)) { try await sleep(.seconds(60)) }
      }
      #expect(currentTask()?.cancelling == 0)
      try await sleep(.zero)
    }
  }

  @Test func `of nothing end at the first wait`() async throws {
    try await onOwnLoop {
      await #expect(throws: TimeoutError()) {
        try await withTimeout(.zero) {
          try await sleep(.zero)
          try await sleep(.zero)
        }
      }
      let value = try await withTimeout(.zero) { 3 }
      #expect(value == 3)
    }
  }

  @Test func `leave other errors and values alone`() async throws {
    try await withVirtualTime {
      #expect(try await withTimeout(.seconds(60)) { 1 } == 1)
      await #expect(throws: Broken.self) {
        try await withTimeout(.milliseconds(1)) {
          do { try await sleep(.seconds(60)) } catch { throw Broken() }
        }
      }
      let swallowed = try await withTimeout(.milliseconds(1)) {
        try? await sleep(.seconds(60))
        return 2
      }
      #expect(swallowed == 2)
    }
  }

  @Test func `leave a cancellation from outside alone`() async throws {
    try await withVirtualTime {
      let task = createTask {
        try await withTimeout(.seconds(60)) { try await sleep(.seconds(60)) }
      }
      try await sleep(.zero)
      task.cancel(message: "outside")
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(task.cancellationMessage == "outside")
    }
  }

  @Test func `around each other throw at the outermost that has expired`() async throws {
    _ = try await withVirtualTime {
      await #expect(throws: TimeoutError()) {
        try await withTimeout(.milliseconds(1)) {
          await #expect(throws: CancellationError.self) {
            try await withTimeout(.milliseconds(1)) {
              // Both come due while the loop is busy.
              advanceTime(by: .milliseconds(5))
              try await sleep(.seconds(60))
            }
          }
          throw CancellationError()
        }
      }
    }
  }

  @Test func `may have no limit`() async throws {
    try await withVirtualTime {
      try await withTimeout(nil) { timeout in
        #expect(timeout.when == nil && timeout.state == .active)
        try await sleep(.seconds(86400))
      }
      try await withTimeout(at: nil) { try await sleep(.seconds(1)) }
    }
  }

  @Test func `end at a time on the loop's clock`() async throws {
    try await withVirtualTime {
      await #expect(throws: TimeoutError()) {
        try await withTimeout(at: .now + .seconds(5)) { timeout in
          #expect(timeout.when == .now + .seconds(5))
          try await sleep(.seconds(60))
        }
      }
      #expect(EventLoop.running?.time == .seconds(5))
      // One that has passed ends it at the first wait.
      await #expect(throws: TimeoutError()) {
        try await withTimeout(at: .now - .seconds(4)) { try await sleep(.zero) }
      }
    }
  }

  @Test func `tell where they are in their life`() async throws {
    try await withVirtualTime {
      let finished = try await withTimeout(.seconds(5)) { timeout in
        #expect(timeout.state == .active && !timeout.hasExpired)
        return timeout
      }
      #expect(finished.state == .finished && !finished.hasExpired)
      let expired = try await withTimeout(.seconds(5)) { timeout in
        #expect("\(timeout)" == "timeout, active until 5.0 seconds")
        try? await sleep(.seconds(60))
        #expect(timeout.state == .expiring && timeout.hasExpired)
        return timeout
      }
      #expect(expired.state == .expired && expired.hasExpired)
      #expect("\(expired)" == "timeout, expired")
    }
  }

  @Test func `can be put off, brought forward and disabled`() async throws {
    try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      await #expect(throws: TimeoutError()) {
        try await withTimeout(.seconds(1)) { timeout in
          try timeout.reschedule(to: EventLoop.Instant(sinceStart: .seconds(10)))
          try await sleep(.seconds(5))
          try timeout.reschedule(to: nil)
          #expect(timeout.when == nil)
          try await sleep(.seconds(100))
          try timeout.reschedule(to: loop.now + .seconds(2))
          try await sleep(.seconds(60))
        }
      }
      #expect(loop.time == .seconds(107))
    }
  }

  @Test func `rescheduled to the past end in the next iteration`() async throws {
    _ = try await withVirtualTime {
      await #expect(throws: TimeoutError()) {
        try await withTimeout(.seconds(60)) { timeout in
          try timeout.reschedule(to: EventLoop.Instant(sinceStart: .seconds(-1)))
          try await sleep(.zero)
        }
      }
    }
  }

  @Test func `put off after they came due, and before their turn, do not fire`() async throws {
    try await withVirtualTime {
      let value = try await withTimeout(.zero) { timeout in
        try timeout.reschedule(to: EventLoop.Instant(sinceStart: .seconds(10)))
        return try await sleep(.seconds(1), result: 1)
      }
      #expect(value == 1)
    }
  }

  @Test func `can't be rescheduled once they have expired or ended`() async throws {
    try await withVirtualTime {
      let over = try await withTimeout(.seconds(1)) { timeout in
        try? await sleep(.seconds(60))
        #expect(throws: InvalidStateError.self) { try timeout.reschedule(to: nil) }
        return timeout
      }
      #expect(throws: InvalidStateError.self) {
        try over.reschedule(to: EventLoop.Instant(sinceStart: .seconds(100)))
      }
      let ended = try await withTimeout(.seconds(1)) { $0 }
      #expect(throws: InvalidStateError.self) {
        try ended.reschedule(to: EventLoop.Instant(sinceStart: .seconds(100)))
      }
    }
  }

  @Test func `that pass while the loop is busy fire one after the other`() async throws {
    try await withVirtualTime {
      try await withTimeout(.seconds(2)) {
        await #expect(throws: TimeoutError()) {
          try await withTimeout(.seconds(1)) {
            try await sleep(.milliseconds(500))
            advanceTime(by: .seconds(1))
            try await sleep(.seconds(60))
          }
        }
        advanceTime(by: .seconds(1))
        await #expect(throws: CancellationError.self) { try await sleep(.seconds(60)) }
      }
    }
  }

  @Test func `show their body a cancellation`() async throws {
    try await withVirtualTime {
      await #expect(throws: TimeoutError()) {
        try await withTimeout(.seconds(1)) {
          do { try await sleep(.seconds(60)) } catch {
            #expect(error is CancellationError && currentTask()?.cancelling == 1)
            throw error
          }
        }
      }
      #expect(currentTask()?.cancelling == 0)
    }
  }

  @Test func `do not end their task`() async throws {
    try await withVirtualTime {
      let task = createTask {
        try? await withTimeout(.seconds(1)) { try await sleep(.seconds(60)) }
        return 1
      }
      let value = try await task.value
      #expect(value == 1 && !task.isCancelled)
    }
  }

  @Test func `work in the clean-up of another, and after a cancellation`() async throws {
    try await withVirtualTime {
      let task = createTask {
        do { try await sleep(.seconds(60)) } catch {
          await #expect(throws: TimeoutError()) {
            try await withTimeout(.seconds(1)) { try await sleep(.seconds(60)) }
          }
          throw error
        }
      }
      try await iterations()
      task.cancel(message: "first")
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(task.cancellationMessage == "first")
    }
  }

  @Test func `in a clean-up leave a new cancellation alone`() async throws {
    try await withVirtualTime {
      let task = createTask {
        do { try await sleep(.seconds(60)) } catch {
          try await withTimeout(.seconds(10)) { try await sleep(.seconds(60)) }
        }
      }
      try await iterations()
      task.cancel()
      try await iterations(2)
      task.cancel(message: "second")
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(task.cancellationMessage == "second")
    }
  }

  @Test func `around a group give way to its errors`() async throws {
    try await withVirtualTime {
      do {
        _ = try await withTimeout(.seconds(1)) {
          try await withAsyncTaskGroup { group in
            try group.createTask {
              do { try await sleep(.seconds(60)) } catch { throw Broken() }
            }
          }
        }
        Issue.record("no error")
      } catch let error as TaskGroupError {
        #expect(error.contains(Broken.self))
      }
      #expect(currentTask()?.cancelling == 0)
    }
  }

  @Test func `need a task of the runtime's`() async throws {
    try await onOwnLoop {
      async let native: Void = withTimeout(.seconds(1)) {}
      do {
        try await native
        Issue.record("no error")
      } catch is AwaitError {}
    }
  }
}
