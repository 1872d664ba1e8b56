import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Events` {
  @Test func `let all that wait go on, in order`() async throws {
    let order = Order()
    try await withVirtualTime {
      let event = Event()
      for name in ["a", "b", "c"] {
        createTask {
          try await event.wait()
          order.add(name)
        }
      }
      try await sleep(.zero)
      #expect(order.items.isEmpty && event.statistics.waiters == 3)
      event.set()
      try await sleep(.zero)
      #expect(event.isSet)
    }
    #expect(order.items == ["a", "b", "c"])
  }

  @Test func `let nobody wait while they are set`() async throws {
    try await withVirtualTime {
      let event = Event()
      event.set()
      let loop = try #require(EventLoop.running)
      let flag = Event()
      loop.callSoon { flag.set() }
      try await event.wait()
      #expect(!flag.isSet)
    }
  }

  @Test func `let who waits go on, also if they are cleared before it runs`() async throws {
    try await withVirtualTime {
      let event = Event()
      let task = createTask { try await event.wait() }
      try await sleep(.zero)
      event.set()
      event.clear()
      try await task.value
      #expect(!event.isSet)
    }
  }

  @Test func `let who comes after they were cleared wait`() async throws {
    try await withVirtualTime {
      let event = Event()
      event.set()
      event.clear()
      await #expect(throws: AsyncRuntime.TimeoutError.self) {
        try await withTimeout(.seconds(1)) { try await event.wait() }
      }
      #expect(event.statistics.waiters == 0)
    }
  }

  @Test func `are set from a thread without a loop`() async throws {
    let event = Event()
    let task = Task { try await event.wait() }
    try await Runner.onOwnThread { event.set() }
    try await task.value
  }
}
