import AsyncRuntime
import AsyncRuntimeTesting
import Synchronization
import Testing

/// Requests to cancel, as Swift's own flag, handlers and error know of them.
@Suite struct `Swift's cancellation` {
  private struct Broken: Error {}

  /// Whether a handler was called.
  private final class Call: Sendable {
    private let happened = Atomic(false)
    var hasHappened: Bool { happened.load(ordering: .relaxed) }
    func happen() { happened.store(true, ordering: .relaxed) }
  }

  @Test func `has one error, in native tasks and in the runtime's`() async throws {
    let native = Task { try await sleep(.seconds(3600)) }
    native.cancel()
    await #expect(throws: CancellationError.self) { try await native.value }
    try await onOwnLoop {
      let native = Task { try await sleep(.seconds(3600)) }
      native.cancel()
      await #expect(throws: CancellationError.self) { try await native.value }
      let task = createTask { try await Task<Never, Never>.sleep(for: .seconds(3600)) }
      try await iterations(3)
      task.cancel()
      do {
        try await task.value
        Issue.record("it returned")
      } catch {
        #expect(error.isCancellation && error is CancellationError)
      }
      #expect(!TimeoutError().isCancellation)
    }
  }

  @Test func `hears of a request from outside at once, and for good`() async throws {
    try await withVirtualTime {
      let call = Call()
      let task = createTask {
        await withTaskCancellationHandler {
          try? await sleep(.seconds(3600))
        } onCancel: {
          call.happen()
        }
        let wasCancelled = Task.isCancelled
        currentTask()?.uncancel()
        return wasCancelled && Task.isCancelled
      }
      try await iterations(2)
      task.cancel()
      #expect(call.hasHappened)
      #expect(try await task.value)
    }
  }

  @Test func `hears of a group that ends`() async throws {
    try await withVirtualTime {
      let call = Call()
      await #expect(throws: TaskGroupError.self) {
        try await withAsyncTaskGroup { group in
          try group.createTask {
            try await withTaskCancellationHandler {
              try await Event().wait()
            } onCancel: {
              call.happen()
            }
          }
          try group.createTask {
            try await sleep(.seconds(1))
            throw Broken()
          }
          try await sleep(.seconds(3600))
        }
      }
      #expect(call.hasHappened)
      // The group has cancelled its body, and taken that back.
      #expect(!Task.isCancelled && currentTask()?.cancelling == 0)
    }
  }

  @Test func `hears nothing of a timeout around the runtime's waits`() async throws {
    try await withVirtualTime {
      let call = Call()
      let flag = Call()
      await #expect(throws: TimeoutError()) {
        try await withTimeout(.seconds(1)) {
          try await withTaskCancellationHandler {
            do {
              try await sleep(.seconds(3600))
            } catch {
              if Task.isCancelled { flag.happen() }
              throw error
            }
          } onCancel: {
            call.happen()
          }
        }
      }
      #expect(!call.hasHappened && !flag.hasHappened && !Task.isCancelled)
    }
  }

  @Test func `is taken back with a timeout around Swift's waits`() async throws {
    try await withVirtualTime {
      for _ in 0..<2 {
        await #expect(throws: TimeoutError()) {
          try await withTimeout(.seconds(1)) {
            try await Task<Never, Never>.sleep(for: .seconds(3600))
          }
        }
        #expect(!Task.isCancelled)
        try await Task<Never, Never>.sleep(for: .seconds(1))
      }
    }
  }

  @Test func `stays if a request from outside comes beside a timeout's`() async throws {
    try await withVirtualTime {
      let task = createTask {
        do {
          try await withTimeout(.seconds(1)) {
            try? await Task<Never, Never>.sleep(for: .seconds(3600))
            currentTask()?.cancel()
            try await sleep(.seconds(3600))
          }
        } catch {}
        return Task.isCancelled
      }
      let isCancelled = try await task.value
      #expect(isCancelled)
    }
  }
}
