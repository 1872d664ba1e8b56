import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Sleep` {
  @Test func `of nothing gives way for one iteration`() async throws {
    let order = try await onOwnLoop {
      let order = Order()
      let tasks = (1...3).map { number in
        createTask {
          order.add("\(number)a")
          try await sleep(.zero)
          order.add("\(number)b")
        }
      }
      for task in tasks { try await task.value }
      return order.items
    }
    #expect(order == ["1a", "2a", "3a", "1b", "2b", "3b"])
  }

  @Test func `ends by deadline, not by when it began`() async throws {
    let order = try await withVirtualTime {
      let order = Order()
      let tasks = [30, 10, 20].map { delay in
        createTask {
          try await sleep(.milliseconds(delay))
          order.add("\(delay)")
        }
      }
      for task in tasks { try await task.value }
      return order.items
    }
    #expect(order == ["10", "20", "30"])
  }

  @Test func `ends at once when cancelled`() async throws {
    let message = try await withVirtualTime {
      let task = createTask { try await sleep(.seconds(3600)) }
      try await sleep(.zero)
      task.cancel(message: "enough")
      do {
        try await task.value
        return "ended"
      } catch {
        return task.cancellationMessage ?? "no message"
      }
    }
    #expect(message == "enough")
  }

  @Test func `may return a value`() async throws {
    try await onOwnLoop {
      let first = try await sleep(.zero, result: 1)
      #expect(first == 1)
      let second = try await sleep(.milliseconds(1), result: "two")
      #expect(second == "two")
    }
  }
}
