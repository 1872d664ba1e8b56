import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Queues` {
  @Test func `keep order and their limit`() async throws {
    try await withVirtualTime {
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

  @Test func `without a limit are never full`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>()
      for number in 0..<1000 { try await queue.put(number) }
      #expect(queue.count == 1000 && !queue.isFull)
      for number in 0..<1000 { #expect(try queue.getNowait() == number) }
    }
  }

  @Test func `give items to those that waited first`() async throws {
    let order = Order()
    try await withVirtualTime {
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

  @Test func `let no producer and no consumer wait for ever`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>(capacity: 2)
      let consumer = createTask {
        var sum = 0
        for _ in 0..<40 { sum += try await queue.get() }
        return sum
      }
      let producers = (0..<4).map { _ in
        createTask { for number in 0..<10 { try await queue.put(number) } }
      }
      for producer in producers { try await producer.value }
      #expect(try await consumer.value == 180)
    }
  }

  @Test func `lose nothing when a task that was promised an item is cancelled`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>()
      let first = createTask { try await queue.get() }
      let second = createTask { try await queue.get() }
      try await sleep(.zero)
      try queue.putNowait(1)
      first.cancel()
      #expect(try await second.value == 1)
      await #expect(throws: CancellationError.self) { try await first.value }
      try queue.putNowait(2)
      #expect(try queue.getNowait() == 2)
    }
  }

  @Test func `give items to the others when one of many readers is cancelled`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>()
      let readers = (0..<3).map { _ in createTask { try await queue.get() } }
      try await sleep(.zero)
      try queue.putNowait(1)
      try queue.putNowait(2)
      readers[0].cancel()
      await #expect(throws: CancellationError.self) { try await readers[0].value }
      #expect(try await readers[1].value == 1)
      #expect(try await readers[2].value == 2)
    }
  }

  @Test func `give room on when a task that was promised it is cancelled`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>(capacity: 1)
      try queue.putNowait(0)
      let first = createTask { try await queue.put(1) }
      let second = createTask { try await queue.put(2) }
      try await sleep(.zero)
      #expect(try queue.getNowait() == 0)
      first.cancel()
      try await second.value
      #expect(try await queue.get() == 2)
      await #expect(throws: CancellationError.self) { try await first.value }
      try queue.putNowait(3)
    }
  }

  @Test func `keep an earlier writer when a later one is cancelled`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>(capacity: 1)
      try queue.putNowait(0)
      let first = createTask { try await queue.put(1) }
      let second = createTask { try await queue.put(2) }
      try await sleep(.zero)
      second.cancel()
      await #expect(throws: CancellationError.self) { try await second.value }
      #expect(try await queue.get() == 0)
      #expect(try await queue.get() == 1)
      try await first.value
      #expect(queue.isEmpty)
    }
  }

  @Test func `forget those whose time is over`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>(capacity: 1)
      await #expect(throws: AsyncRuntime.TimeoutError.self) {
        try await withTimeout(.seconds(1)) { _ = try await queue.get() }
      }
      try queue.putNowait(1)
      await #expect(throws: AsyncRuntime.TimeoutError.self) {
        try await withTimeout(.seconds(1)) { try await queue.put(2) }
      }
      #expect(queue.statistics.getters == 0 && queue.statistics.putters == 0)
      #expect(try queue.getNowait() == 1)
    }
  }

  @Test func `say who waits for what`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>(capacity: 1)
      let getter = createTask { try await queue.get() }
      try await sleep(.zero)
      #expect(queue.statistics.getters == 1)
      try await queue.put(1)
      #expect(try await getter.value == 1)
      try await queue.put(2)
      createTask { try await queue.put(3) }
      createTask { try await queue.join() }
      try await EventLoop.settle()
      let statistics = queue.statistics
      #expect(statistics.count == 1 && statistics.capacity == 1 && statistics.unfinished == 2)
      #expect(statistics.getters == 0 && statistics.putters == 1 && statistics.joiners == 1)
    }
  }

  @Test func `have no negative capacity`() async {
    await #expect(processExitsWith: .failure) { _ = Queue<Int>(capacity: -1) }
  }

  @Test func `let go of what is left in them`() async throws {
    weak var item: Order?
    do {
      let queue = Queue<Order>()
      for _ in 0..<20 { try queue.putNowait(Order()) }
      for _ in 0..<10 { _ = try queue.getNowait() }
      for _ in 0..<10 {
        let order = Order()
        item = order
        try queue.putNowait(order)
      }
      #expect(item != nil)
    }
    #expect(item == nil)
  }
}

@Suite struct `Work in queues` {
  @Test func `is waited for until all is done`() async throws {
    let order = Order()
    try await withVirtualTime {
      let queue = Queue<Int>()
      for number in 0..<3 { try queue.putNowait(number) }
      for _ in 0..<2 {
        createTask {
          while true {
            order.add("\(try await queue.get())")
            try await sleep(.zero)
            queue.taskDone()
          }
        }
      }
      try await queue.join()
      order.add("joined")
    }
    #expect(order.items == ["0", "1", "2", "joined"])
  }

  @Test func `is not waited for where there is none`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>()
      try await queue.join()
      try await queue.join()
    }
  }

  @Test func `is waited for by several`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>()
      try queue.putNowait(1)
      let joiners = (0..<3).map { _ in createTask { try await queue.join() } }
      try await sleep(.zero)
      joiners[1].cancel()
      await #expect(throws: CancellationError.self) { try await joiners[1].value }
      _ = try queue.getNowait()
      queue.taskDone()
      try await joiners[0].value
      try await joiners[2].value
    }
  }

  @Test func `is not done more often than it was put`() async {
    await #expect(processExitsWith: .failure) { Queue<Int>().taskDone() }
  }
}

@Suite struct `Orders of queues` {
  @Test func `last in, first out`() async throws {
    let queue = LIFOQueue<Int>()
    for number in [1, 3, 2] { try queue.putNowait(number) }
    for number in [2, 3, 1] { #expect(try queue.getNowait() == number) }
  }

  @Test func `the least first`() async throws {
    let queue = PriorityQueue<Int>()
    for number in [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5] { try queue.putNowait(number) }
    var got: [Int] = []
    while !queue.isEmpty { got.append(try queue.getNowait()) }
    #expect(got == [1, 1, 2, 3, 3, 4, 5, 5, 5, 6, 9])
  }

  @Test func `in a given order`() async throws {
    let queue = PriorityQueue<String> { $0.count > $1.count }
    for word in ["a", "ccc", "bb"] { try queue.putNowait(word) }
    for word in ["ccc", "bb", "a"] { #expect(try queue.getNowait() == word) }
  }

  @Test func `the least first of what is there when the one that waited runs`() async throws {
    try await withVirtualTime {
      let queue: Queue<Int> = PriorityQueue<Int>(capacity: 2)
      let getter = createTask { try await queue.get() }
      try await sleep(.zero)
      try queue.putNowait(2)
      try queue.putNowait(1)
      #expect(try await getter.value == 1)
    }
  }
}
