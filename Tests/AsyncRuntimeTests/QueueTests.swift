import AsyncRuntime
import Testing

@Suite struct `Queues` {
  @Test func `keeps order and its limit`() async throws {
    try await onOwnLoop {
      let queue = Queue<Int>(capacity: 2, name: "work")
      let producer = createTask {
        for number in 0..<5 { try await queue.put(number) }
      }
      try await sleep(.zero)
      #expect(queue.count == 2 && queue.isFull)
      #expect(throws: QueueError.full) { try queue.putNowait(9) }
      var got: [Int] = []
      for _ in 0..<5 { got.append(try await queue.get()) }
      #expect(got == [0, 1, 2, 3, 4])
      try await producer.value
      #expect(queue.isEmpty)
      #expect(throws: QueueError.empty) { try queue.getNowait() }
    }
  }

  @Test func `gives items to those that waited first`() async throws {
    let order = Order()
    try await onOwnLoop {
      let queue = Queue<Int>()
      for name in ["a", "b"] {
        createTask { order.add("\(name)\(try await queue.get())") }
      }
      try await sleep(.zero)
      try queue.putNowait(1)
      #expect(throws: QueueError.empty) { try queue.getNowait() }
      try queue.putNowait(2)
      try await sleep(.zero)
    }
    #expect(order.items == ["a1", "b2"])
  }

  @Test func `loses nothing when a task that was promised an item is cancelled`() async throws {
    try await onOwnLoop {
      let queue = Queue<Int>()
      let first = createTask { try await queue.get() }
      let second = createTask { try await queue.get() }
      try await sleep(.zero)
      try queue.putNowait(1)
      first.cancel()
      #expect(try await second.value == 1)
      await #expect(throws: CancelledError.self) { try await first.value }
      try queue.putNowait(2)
      #expect(try queue.getNowait() == 2)
    }
  }

  @Test func `gives room on when a task that was promised it is cancelled`() async throws {
    try await onOwnLoop {
      let queue = Queue<Int>(capacity: 1)
      try queue.putNowait(0)
      let first = createTask { try await queue.put(1) }
      let second = createTask { try await queue.put(2) }
      try await sleep(.zero)
      #expect(try queue.getNowait() == 0)
      first.cancel()
      try await second.value
      #expect(try await queue.get() == 2)
      await #expect(throws: CancelledError.self) { try await first.value }
      try queue.putNowait(3)
    }
  }

  @Test func `is joined when all work is done`() async throws {
    let order = Order()
    try await onOwnLoop {
      let queue = Queue<Int>()
      for number in 0..<3 { try queue.putNowait(number) }
      createTask {
        while true {
          order.add("\(try await queue.get())")
          try await sleep(.zero)
          queue.taskDone()
        }
      }
      try await queue.join()
      order.add("joined")
    }
    #expect(order.items == ["0", "1", "2", "joined"])
  }
}
