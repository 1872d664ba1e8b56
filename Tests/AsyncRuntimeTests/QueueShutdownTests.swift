import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Queues that are shut down` {
  @Test func `fail those that wait for items, and all who come`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>()
      let getters = (0..<2).map { _ in createTask { try await queue.get() } }
      try await sleep(.zero)
      queue.shutDown()
      for getter in getters {
        await #expect(throws: QueueError.shutDown) { try await getter.value }
      }
      await #expect(throws: QueueError.shutDown) { try await queue.get() }
      await #expect(throws: QueueError.shutDown) { try await queue.put(1) }
      #expect(throws: QueueError.shutDown) { try queue.getNowait() }
      #expect(throws: QueueError.shutDown) { try queue.putNowait(1) }
      #expect(queue.isShutDown && queue.statistics.isShutDown)
    }
  }

  @Test func `give out what is in them, and are joined when that is done`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>(capacity: 2)
      try queue.putNowait(1)
      try queue.putNowait(2)
      let putter = createTask { try await queue.put(3) }
      let joiner = createTask { try await queue.join() }
      try await sleep(.zero)
      queue.shutDown()
      await #expect(throws: QueueError.shutDown) { try await putter.value }
      #expect(try await queue.get() == 1)
      queue.taskDone()
      #expect(!joiner.isDone)
      #expect(try queue.getNowait() == 2)
      queue.taskDone()
      try await joiner.value
      await #expect(throws: QueueError.shutDown) { try await queue.get() }
    }
  }

  @Test func `drop what is in them if that is asked for`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>(capacity: 2)
      try queue.putNowait(1)
      try queue.putNowait(2)
      let putter = createTask { try await queue.put(3) }
      let joiner = createTask { try await queue.join() }
      try await sleep(.zero)
      queue.shutDown(immediate: true)
      #expect(queue.isEmpty)
      await #expect(throws: QueueError.shutDown) { try await putter.value }
      try await joiner.value
      await #expect(throws: QueueError.shutDown) { try await queue.get() }
      #expect(throws: QueueError.shutDown) { try queue.getNowait() }
    }
  }

  @Test func `are joined when what was got before is done, too`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>()
      for number in 0..<3 { try queue.putNowait(number) }
      #expect(try queue.getNowait() == 0)
      let joiner = createTask { try await queue.join() }
      queue.shutDown(immediate: true)
      try await EventLoop.settle()
      #expect(!joiner.isDone && queue.statistics.unfinished == 1)
      queue.taskDone()
      try await joiner.value
    }
  }

  @Test func `can drop what is in them later`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>()
      try queue.putNowait(1)
      queue.shutDown()
      #expect(queue.count == 1)
      queue.shutDown(immediate: true)
      #expect(queue.isEmpty && queue.statistics.unfinished == 0)
      queue.shutDown()
    }
  }

  @Test func `fail who was promised an item that is dropped`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>()
      let getter = createTask { try await queue.get() }
      try await sleep(.zero)
      try queue.putNowait(1)
      queue.shutDown(immediate: true)
      await #expect(throws: QueueError.shutDown) { try await getter.value }
    }
  }

  @Test func `fail who was promised room`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>(capacity: 1)
      try queue.putNowait(1)
      let putter = createTask { try await queue.put(2) }
      try await sleep(.zero)
      #expect(try queue.getNowait() == 1)
      queue.shutDown()
      await #expect(throws: QueueError.shutDown) { try await putter.value }
    }
  }

  @Test func `keep a promised item for those that come before it is got`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>()
      let first = createTask { try await queue.get() }
      try await sleep(.zero)
      try queue.putNowait(1)
      queue.shutDown()
      first.cancel()
      #expect(try await queue.get() == 1)
      await #expect(throws: CancellationError.self) { try await first.value }
    }
  }

  @Test func `fail those that waited for an item that another was promised`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>()
      let first = createTask { try await queue.get() }
      try await sleep(.zero)
      try queue.putNowait(1)
      queue.shutDown()
      await #expect(throws: QueueError.shutDown) { try await queue.get() }
      #expect(try await first.value == 1)
    }
  }
}

@Suite struct `Queues as sequences` {
  @Test func `end when they are shut down and empty`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>(capacity: 1)
      createTask {
        for number in 1...4 { try await queue.put(number) }
        queue.shutDown()
      }
      var sum = 0
      for try await number in queue { sum += number }
      #expect(sum == 10)
    }
  }

  @Test func `give each item to one of several`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>()
      let readers = (0..<3).map { _ in
        createTask { try await queue.reduce(into: 0) { $0 += $1 } }
      }
      for number in 1...10 {
        try await queue.put(number)
        try await sleep(.zero)
      }
      queue.shutDown()
      var sum = 0
      for reader in readers { sum += try await reader.value }
      #expect(sum == 55)
    }
  }

  @Test func `fail when who reads them is cancelled`() async throws {
    try await withVirtualTime {
      let queue = Queue<Int>()
      let reader = createTask { for try await _ in queue {} }
      try await sleep(.zero)
      reader.cancel()
      await #expect(throws: CancellationError.self) { try await reader.value }
    }
  }
}
