import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Groups of values` {
  private struct Broken: Error {}

  @Test func `give them in the order in which their tasks end`() async throws {
    try await withVirtualTime {
      let values = try await withAsyncTaskGroup(of: Int.self) { group in
        for number in [3, 1, 2] {
          try group.createTask { try await sleep(.seconds(number), result: number) }
        }
        var values: [Int] = []
        for try await value in group {
          values.append(value)
          if value == 1 { try group.createTask { 0 } }
        }
        return values
      }
      #expect(values == [1, 0, 2, 3])
    }
  }

  @Test func `leave out who is cancelled, and end with the first who fails`() async throws {
    try await withVirtualTime {
      try await withAsyncTaskGroup(of: Int.self, maxRunning: 1) { group in
        try group.createTask { try await sleep(.seconds(1), result: 1) }.cancel()
        try group.createTask { 2 }
        var values: [Int] = []
        for try await value in group { values.append(value) }
        #expect(values == [2])
      }
      let error = await #expect(throws: TaskGroupError.self) {
        try await withAsyncTaskGroup(of: Int.self) { group in
          try group.createTask { throw Broken() }
          try group.createTask { try await sleep(.seconds(3600), result: 1) }
          for try await _ in group { Issue.record("a value") }
        }
      }
      #expect(error?.errors(of: Broken.self).count == 1)
      #expect(EventLoop.Instant.now.sinceStart == .zero)
    }
  }
}
