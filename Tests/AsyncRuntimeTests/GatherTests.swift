import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Gather` {
  struct Broken: Error, Equatable { var number = 0 }

  @Test func `gives values in the order in which they are written`() async throws {
    try await withVirtualTime {
      let slow = createTask { try await sleep(.seconds(2), result: 1) }
      let future = try Future<String>()
      EventLoop.running?.callLater(.seconds(1)) { try future.setResult("two") }
      let (one, two, three) = try await gather(slow, future, coroutine { 3.0 })
      #expect(one == 1 && two == "two" && three == 3)
    }
  }

  @Test func `takes arrays, of one kind or mixed`() async throws {
    try await withVirtualTime {
      let tasks = (1...3).map { number in
        createTask { try await sleep(.seconds(4 - number), result: number) }
      }
      let first = try await gather(tasks)
      #expect(first == [1, 2, 3])
      let mix: [any Awaitable<Int>] = [tasks[2], coroutine { 4 }]
      let second = try await gather(mix)
      #expect(second == [3, 4])
    }
  }

  @Test func `runs what stands there twice once`() async throws {
    let order = Order()
    try await onOwnLoop {
      let work = coroutine {
        order.add("ran")
        return 1
      }
      #expect(try await gather([work, work]) == [1, 1])
      let (first, second) = try await gather(work, work)
      #expect(first == 1 && second == 1)
    }
    #expect(order.items == ["ran"])
  }

  @Test func `of nothing gives nothing`() async throws {
    try await onOwnLoop {
      let value = try await gather([AsyncTask<Int>]())
      #expect(value == [])
      let outcomes = try await gatherResults([Future<Int>]())
      #expect(outcomes.isEmpty)
    }
  }

  @Test func `does not suspend if all have ended`() async throws {
    let order = Order()
    try await onOwnLoop {
      let task = createTask { 1 }
      try await iterations()
      EventLoop.running?.callSoon { order.add("later") }
      try await gather(task, task)
      order.add("gathered")
      try await iterations()
    }
    #expect(order.items == ["gathered", "later"])
  }

  @Test func `throws the first error at once while the others go on`() async throws {
    try await withVirtualTime {
      let slow = createTask { try await sleep(.seconds(5), result: 5) }
      let bad = createTask {
        try await sleep(.seconds(1))
        throw Broken()
      }
      await #expect(throws: Broken()) { try await gather(slow, bad) }
      #expect(EventLoop.running?.time == .seconds(1))
      let value = try await slow.value
      #expect(value == 5)
    }
  }

  @Test func `drops the errors after the first`() async throws {
    try await onOwnLoop {
      let reports = collectReports()
      await #expect(throws: Broken(number: 1)) {
        try await gather((1...3).map { number in coroutine { throw Broken(number: number) } })
      }
      try await iterations(3)
      #expect(reports.items == [])
    }
  }

  @Test func `can give outcomes instead of throwing`() async throws {
    try await onOwnLoop {
      let cancelled = createTask { try await sleep(.seconds(60)) }
      let (good, bad, last) = try await gatherResults(
        coroutine {
          cancelled.cancel(message: "no")
          return 1
        },
        coroutine { () throws -> Int in throw Broken() }, cancelled)
      #expect(try good.get() == 1)
      #expect(throws: Broken.self) { try bad.get() }
      #expect(throws: CancellationError.self) { try last.get() }
      #expect(cancelled.cancellationMessage == "no")
    }
  }

  @Test func `counts a cancelled member as an error and leaves the others`() async throws {
    try await withVirtualTime {
      let one = createTask { try await sleep(.seconds(60)) }
      let two = createTask { try await sleep(.seconds(1), result: 2) }
      EventLoop.running?.callSoon { one.cancel(message: "one") }
      await #expect(throws: CancellationError.self) { try await gather(one, two) }
      #expect(one.cancellationMessage == "one")
      let value = try await two.value
      #expect(value == 2)
    }
  }

  @Test func `cancels all its members when it is cancelled`() async throws {
    try await withVirtualTime {
      let members = (1...3).map { _ in createTask { try await sleep(.seconds(60)) } }
      let gathering = createTask { try await gather(members) }
      try await iterations(2)
      gathering.cancel(message: "all")
      await #expect(throws: CancellationError.self) { try await gathering.value }
      #expect(gathering.cancellationMessage == "all")
      try await iterations(2)
      let areCancelled = members.allSatisfy(\.isCancelled)
      #expect(areCancelled)
    }
  }

  @Test func `ends cancelled even if its members return`() async throws {
    try await withVirtualTime {
      let stubborn = createTask {
        try? await sleep(.seconds(60))
        return try await sleep(.seconds(1), result: 1)
      }
      let gathering = createTask { try await gatherResults(stubborn, stubborn) }
      try await iterations(2)
      gathering.cancel()
      await #expect(throws: CancellationError.self) { try await gathering.value }
      #expect(try stubborn.result() == 1)
    }
  }

  @Test func `can't wait for the task that waits`() async throws {
    try await onOwnLoop {
      let main = try #require(currentTask() as? AsyncTask<Void>)
      await #expect(throws: AwaitError.self) { try await gather(main, main) }
    }
  }

  @Test func `in a circle ends when one is cancelled`() async throws {
    try await onOwnLoop {
      let second = try Future<AsyncTask<[Int]>>()
      let one = createTask { try await gather([second.value]).flatMap(\.self) }
      let two = createTask { try await gather([one]).flatMap(\.self) }
      try second.setResult(two)
      try await iterations(3)
      #expect(!one.isDone && !two.isDone)
      one.cancel()
      try await iterations(6)
      #expect(one.isCancelled && two.isCancelled)
    }
  }
}
