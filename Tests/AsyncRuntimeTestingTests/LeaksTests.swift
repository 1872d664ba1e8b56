import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Things left behind` {
  @Test func `are none where everything has ended`() async throws {
    try await withVirtualTime {
      let value = try await assertNoLeakedTasks {
        let task = createTask { try await sleep(.seconds(1)) }
        EventLoop.running?.callLater(.seconds(9)) {}.cancel()
        try await task.value
        createTask {}
        return 3
      }
      #expect(value == 3)
    }
  }

  @Test func `are tasks, with their names, where they were made, and what they wait for`()
    async throws
  {
    let failure = await #expect(throws: Leaks.self) {
      try await withVirtualTime {
        try await assertNoLeakedTasks {
          createTask(name: "forgotten") { try await sleep(.seconds(60)) }
        }
      }
    }
    let item = try #require(failure?.items.first)
    #expect(failure?.items.count == 1)
    #expect(item.hasPrefix("task \"forgotten\", created at LeaksTests.swift:"))
    #expect(item.contains("waits for a timer that fires in 60.0 seconds at LeaksTests.swift:"))
  }

  @Test func `are timers, with where they were armed`() async throws {
    let failure = await #expect(throws: Leaks.self) {
      try await withVirtualTime {
        try await assertNoLeakedTasks { EventLoop.running?.callLater(.seconds(5)) {} }
      }
    }
    let item = try #require(failure?.items.first)
    #expect(item.hasPrefix("timer armed at LeaksTests.swift:"))
    #expect(item.hasSuffix(", due in 5.0 seconds"))
  }

  @Test func `are callbacks that call themselves again`() async throws {
    await #expect(throws: Leaks.self) {
      try await withVirtualTime {
        let again = Again()
        try await assertNoLeakedTasks { again.call() }
      }
    }
  }

  @Test func `are not what was there before, nor what is about to end`() async throws {
    try await withVirtualTime {
      createTask { try await sleep(.seconds(60)) }
      EventLoop.running?.callLater(.seconds(60)) {}
      try await assertNoLeakedTasks {
        let task = createTask {
          do { try await sleep(.seconds(60)) } catch { try await sleep(.zero) }
        }
        try await sleep(.zero)
        task.cancel()
      }
    }
  }

  @Test func `say that a task was asked to end`() async throws {
    let failure = await #expect(throws: Leaks.self) {
      try await withVirtualTime {
        try await assertNoLeakedTasks {
          let stubborn = createTask {
            try? await sleep(.seconds(60))
            try? await sleep(.seconds(60))
          }
          try await sleep(.zero)
          stubborn.cancel()
        }
      }
    }
    #expect(failure?.items.count == 1)
    #expect(failure?.items.first?.hasSuffix("; it was asked to end") == true)
  }

  @Test func `are looked for in a task of the runtime's`() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      try await assertNoLeakedTasks {}
    }
    let text = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(text.contains("LeaksTests.swift:"))
    #expect(text.contains("Fatal error: assertNoLeakedTasks must run in a task of the runtime's"))
  }
}

/// Calls itself in each iteration of the loop.
///
/// It belongs to one loop's thread, on which it is made.
/// That is also the only one that calls it.
private final class Again: @unchecked Sendable {
  func call() {
    EventLoop.running?.callSoon { [self] in call() }
  }
}
