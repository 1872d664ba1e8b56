import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Wait` {
  struct Broken: Error {}

  // Ends after so many seconds.
  func task(_ seconds: Int) -> AsyncTask<Int> {
    createTask(name: "\(seconds)") { try await sleep(.seconds(seconds), result: seconds) }
  }

  func failing(_ seconds: Int) -> AsyncTask<Int> {
    createTask {
      try await sleep(.seconds(seconds))
      throw Broken()
    }
  }

  @Test func `returns when all have ended`() async throws {
    try await withVirtualTime {
      let tasks = [2, 1, 3].map(task)
      let (done, pending) = try await wait(tasks)
      #expect(done.map(\.name) == ["2", "1", "3"] && pending.isEmpty)
      #expect(EventLoop.running?.time == .seconds(3))
    }
  }

  @Test func `returns when the first has ended, in whatever way`() async throws {
    try await withVirtualTime {
      let tasks = [task(2), failing(1), task(3)]
      let (done, pending) = try await wait(tasks, returnWhen: .firstCompleted)
      #expect(done.count == 1 && done[0] === tasks[1])
      #expect(pending.map(\.name) == ["2", "3"])
      await #expect(throws: Broken.self) { try await done[0].value }
    }
  }

  @Test func `returns at the first error, which no cancellation is`() async throws {
    try await withVirtualTime {
      let tasks = [task(5), failing(2), task(6)]
      EventLoop.running?.callLater(.seconds(1)) { tasks[0].cancel() }
      let (done, pending) = try await wait(tasks, returnWhen: .firstException)
      #expect(done.count == 2 && pending.map(\.name) == ["6"])
      #expect(tasks[0].isCancelled && tasks[1].hasThrown)
      let error = try tasks[1].error()
      #expect(error is Broken)
    }
  }

  @Test func `returns when all have ended if none fails`() async throws {
    try await withVirtualTime {
      let (done, pending) = try await wait([task(1), task(2)], returnWhen: .firstException)
      #expect(done.count == 2 && pending.isEmpty)
    }
  }

  @Test func `returns at its timeout, and cancels nothing`() async throws {
    try await withVirtualTime {
      let tasks = [task(1), task(5)]
      let (done, pending) = try await wait(tasks, timeout: .seconds(2))
      #expect(done.map(\.name) == ["1"] && pending.map(\.name) == ["5"])
      #expect(EventLoop.running?.time == .seconds(2))
      #expect(try await tasks[1].value == 5)
    }
  }

  @Test func `cancels nothing when it is cancelled`() async throws {
    try await withVirtualTime {
      let one = task(3)
      let waiting = createTask { _ = try await wait([one]) }
      try await iterations(2)
      waiting.cancel()
      await #expect(throws: CancellationError.self) { try await waiting.value }
      #expect(try await one.value == 3)
    }
  }

  @Test func `returns at once for nothing, and for what has ended`() async throws {
    try await onOwnLoop {
      let none = try await wait([Future<Int>]())
      #expect(none.done.isEmpty && none.pending.isEmpty)
      let future = try Future<Int>()
      try future.setResult(1)
      let one = try await wait([future, try Future<Int>()], returnWhen: .firstCompleted)
      #expect(one.done.count == 1 && one.done[0] === future)
    }
  }

  @Test func `takes a mix, and what stands there twice once`() async throws {
    try await onOwnLoop {
      let task = createTask { 1 }
      let future = try Future<String>()
      let mix: [any Waitable] = [task, future, task]
      let (done, pending) = try await wait(mix, returnWhen: .firstCompleted)
      #expect(done.count == 1 && pending.count == 1)
      #expect(done[0] === task && pending[0] === future)
    }
  }

  @Test func `leaves the errors to who looks`() async throws {
    try await onOwnLoop {
      let reports = collectReports()
      _ = try await wait([createTask { throw Broken() }])
      try await iterations(2)
      #expect(reports.items.count == 1)
    }
  }
}

@Suite struct `As completed` {
  @Test func `gives the tasks themselves in the order in which they end`() async throws {
    try await withVirtualTime {
      let tasks = [3, 1, 2].map { number in
        createTask { try await sleep(.seconds(number), result: number) }
      }
      var values: [Int] = []
      for try await task in asCompleted(tasks) {
        #expect(tasks.contains { $0 === task })
        values.append(try task.result())
      }
      #expect(values == [1, 2, 3])
    }
  }

  @Test func `makes tasks of coroutines, once each`() async throws {
    try await withVirtualTime {
      let order = Order()
      let work = coroutine { order.add("ran") }
      var count = 0
      for try await task in asCompleted([work, work]) {
        count += 1
        #expect(task.isDone)
      }
      #expect(count == 1 && order.items == ["ran"])
    }
  }

  @Test func `throws at its timeout, and cancels nothing`() async throws {
    try await withVirtualTime {
      let quick = createTask { try await sleep(.seconds(1)) }
      let slow = createTask { try await sleep(.seconds(5), result: 5) }
      var iterator = asCompleted([quick, slow] as [any Waitable], timeout: .seconds(2))
        .makeAsyncIterator()
      let first = try await iterator.next()
      #expect(first === quick)
      await #expect(throws: TimeoutError()) { _ = try await iterator.next() }
      #expect(EventLoop.running?.time == .seconds(2))
      #expect(try await slow.value == 5)
    }
  }

  @Test func `may be left before the end`() async throws {
    try await withVirtualTime {
      let tasks = [1, 2].map { number in
        createTask { try await sleep(.seconds(number), result: number) }
      }
      for try await task in asCompleted(tasks) {
        #expect(task === tasks[0])
        break
      }
      #expect(try await tasks[1].value == 2)
    }
  }

  @Test func `goes on with the rest when it is iterated again`() async throws {
    try await withVirtualTime {
      let tasks = [3, 1, 2].map { number in
        createTask { try await sleep(.seconds(number), result: number) }
      }
      let sequence = asCompleted(tasks)
      var values: [Int] = []
      for _ in 0..<4 {
        for try await task in sequence {
          values.append(try task.result())
          break
        }
      }
      #expect(values == [1, 2, 3])
      for try await _ in sequence { Issue.record("one more") }
    }
  }

  @Test func `has the order from the call on`() async throws {
    try await withVirtualTime {
      let futures = [try Future<Int>(), try Future<Int>(), try Future<Int>()]
      try futures[2].setResult(2)
      let sequence = asCompleted(futures)
      try futures[1].setResult(1)
      try futures[0].setResult(0)
      var values: [Int] = []
      for try await future in sequence { values.append(try future.result()) }
      #expect(values == [2, 1, 0])
    }
  }

  @Test func `is shared by those that iterate at once`() async throws {
    try await withVirtualTime {
      let tasks = (1...6).map { number in
        createTask { try await sleep(.seconds(number), result: number) }
      }
      let sequence = asCompleted(tasks)
      let order = Order()
      let readers = ["a", "b", "c"].map { name in
        createTask {
          for try await task in sequence { order.add("\(name)\(try task.result())") }
        }
      }
      try await sleep(.milliseconds(1500))
      readers[1].cancel()
      _ = try await gatherResults(readers[0], readers[1], readers[2])
      #expect(order.items == ["a1", "c2", "a3", "c4", "a5", "c6"])
    }
  }

  @Test func `tells of its timeout once for each that is late`() async throws {
    try await withVirtualTime {
      let tasks = (1...3).map { number in
        createTask { try await sleep(.seconds(number), result: number) }
      }
      var iterator = asCompleted(tasks, timeout: .milliseconds(1500)).makeAsyncIterator()
      try await sleep(.seconds(10))
      let first = try await iterator.next()
      #expect(first === tasks[0])
      for _ in 0..<2 {
        await #expect(throws: TimeoutError()) { _ = try await iterator.next() }
      }
      #expect(try await iterator.next() == nil)
    }
  }

  @Test func `listens no more once it is dropped`() async throws {
    try await withVirtualTime {
      let future = try Future<Int>()
      weak var task: AnyAsyncTask?
      do {
        let slow = createTask { try await future.value }
        task = slow
        _ = asCompleted([slow], timeout: .seconds(5))
      }
      #expect(EventLoop.running?.pendingTimers.count == 0)
      try future.setResult(1)
      try await iterations(2)
      #expect(task == nil)
    }
  }

  @Test func `of nothing ends at once`() async throws {
    try await onOwnLoop {
      for try await _ in asCompleted([AsyncTask<Int>]()) { Issue.record("something") }
    }
  }
}
