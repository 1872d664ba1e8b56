import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Virtual time of the main actor` {
  /// What programs for `run` are made of.
  @MainActor private final class Counter {
    var count = 0

    func countEachHour() async throws {
      while true {
        try await sleep(.seconds(3600))
        MainActor.preconditionIsolated()
        count += 1
      }
    }
  }

  @Test func `runs main-actor code without waiting`() async throws {
    let count = try await withVirtualTime(on: MainActor.self) {
      let counter = Counter()
      let counting = createTask { try await counter.countEachHour() }
      try await sleep(.seconds(24 * 3600 + 1))
      // Swift's waits in it are virtual too, and its native tasks run on the loop.
      try await Task<Never, Never>.sleep(for: .seconds(3600))
      await Task { counter.count += 100 }.value
      counting.cancel()
      #expect(EventLoop.running != nil)
      return counter.count
    }
    #expect(count == 125)
    await MainActor.run { MainActor.preconditionIsolated() }
    #expect(await MainActor.run { EventLoop.running == nil })
  }

  @Test func `has room for one test after the other`() async throws {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<8 {
        group.addTask {
          try await withVirtualTime(on: MainActor.self) {
            try await sleep(.seconds(60), result: number)
          }
        }
      }
      var sum = 0
      for try await number in group { sum += number }
      #expect(sum == 28)
    }
  }

  // Those are enqueued on the loop, and on what comes after it.
  @Test func `leaves main-actor code of others alone`() async throws {
    let other = Task { @MainActor in
      for _ in 0..<200 {
        await Task.yield()
        MainActor.preconditionIsolated()
        try await ContinuousClock().sleep(for: .microseconds(50))
      }
    }
    for _ in 0..<20 {
      try await withVirtualTime(on: MainActor.self) { try await sleep(.seconds(60)) }
    }
    try await other.value
  }

  @Test func `fails, stalls and is cancelled as without an actor`() async throws {
    await #expect(throws: TimeoutError()) {
      try await withVirtualTime(on: MainActor.self) {
        try await withTimeout(.seconds(1)) { try await Event().wait() }
      }
    }
    await #expect(throws: Stalled.self) {
      try await withVirtualTime(on: MainActor.self, patience: .zero) { try await Event().wait() }
    }
    let test = Task {
      try await withVirtualTime(on: MainActor.self, patience: .seconds(600)) {
        try await Event().wait()
      }
    }
    test.cancel()
    await #expect(throws: CancellationError.self) { try await test.value }
  }
}
