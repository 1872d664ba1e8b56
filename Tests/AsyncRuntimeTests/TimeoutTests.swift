import AsyncRuntime
import AsyncTesting
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
      await #expect(throws: CancelledError(message: "outside")) { try await task.value }
    }
  }

  @Test func `around each other throw at the outermost that has expired`() async throws {
    try await withVirtualTime {
      await #expect(throws: TimeoutError()) {
        try await withTimeout(.milliseconds(1)) {
          await #expect(throws: CancelledError.self) {
            try await withTimeout(.milliseconds(1)) {
              // Both come due while the loop is busy.
              advanceTime(by: .milliseconds(5))
              try await sleep(.seconds(60))
            }
          }
          throw CancelledError()
        }
      }
    }
  }
}
