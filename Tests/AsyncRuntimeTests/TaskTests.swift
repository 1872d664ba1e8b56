import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Tasks` {
  struct Broken: Error {}

  @Test func `return, throw and have names`() async throws {
    try await onOwnLoop {
      let good = createTask(name: "good") { 7 }
      let bad = createTask { throw Broken() }
      #expect(good.name == "good" && bad.name.hasPrefix("Task-"))
      #expect(good.state == .pending)
      #expect(throws: InvalidStateError.self) { try good.result() }
      #expect(try await good.value == 7)
      await #expect(throws: Broken.self) { try await bad.value }
      #expect(good.state == .returned && bad.state == .threw)
      let error = try bad.error()
      #expect(error is Broken)
    }
  }

  @Test func `know themselves and each other`() async throws {
    try await onOwnLoop {
      let main = try #require(currentTask())
      #expect(main.name == "main")
      let other = createTask(name: "other") { currentTask()?.name }
      #expect(allTasks().map(\.name) == ["main", "other"])
      #expect(try await other.value == "other")
      #expect(allTasks().map(\.name) == ["main"])
      #expect(currentTask() === main)
      async let child = currentTask()?.name
      #expect(await child == nil)
    }
  }

  @Test func `are not begun when cancelled before`() async throws {
    let order = Order()
    try await onOwnLoop {
      let task = createTask { order.add("ran") }
      #expect(task.cancel())
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(task.isCancelled && !task.cancel())
    }
    #expect(order.items == [])
  }

  @Test func `may catch a cancellation and go on`() async throws {
    try await withVirtualTime {
      let task = createTask {
        do { try await sleep(.seconds(60)) } catch {}
        try await sleep(.zero)
        return currentTask()?.cancelling
      }
      try await sleep(.zero)
      task.cancel(message: "one")
      #expect(try await task.value == 1)
      #expect(!task.isCancelled)
    }
  }

  @Test func `end cancelled if they cancel themselves and wait no more`() async throws {
    try await onOwnLoop {
      let task = createTask {
        currentTask()?.cancel(message: "myself")
        return 1
      }
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(task.cancellationMessage == "myself")
    }
  }

  @Test func `take a request back before it is delivered`() async throws {
    try await onOwnLoop {
      let task = createTask {
        let me = try #require(currentTask())
        me.cancel()
        me.cancel()
        #expect(me.uncancel() == 1)
        #expect(me.uncancel() == 0)
        try await sleep(.zero)
        return 3
      }
      let value = try await task.value
      #expect(value == 3)
    }
  }

  @Test func `cancel what they wait for`() async throws {
    try await withVirtualTime {
      let inner = createTask { try await sleep(.seconds(60)) }
      let outer = createTask { try await inner.value }
      try await sleep(.zero)
      outer.cancel(message: "through")
      await #expect(throws: CancellationError.self) { try await outer.value }
      #expect(outer.cancellationMessage == "through")
      #expect(inner.isCancelled)
    }
  }

  @Test func `get the value of a task that swallows the cancellation`() async throws {
    try await withVirtualTime {
      let inner = createTask {
        try? await sleep(.seconds(60))
        return 5
      }
      let outer = createTask { try await inner.value }
      try await sleep(.zero)
      outer.cancel()
      #expect(try await outer.value == 5)
    }
  }

  @Test func `are reached in Swift's own waits`() async throws {
    try await onOwnLoop {
      let streaming = createTask {
        let (stream, _) = AsyncStream.makeStream(of: Int.self)
        for await _ in stream {}
        try Task.checkCancellation()
      }
      let group = createTask {
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await sleep(.seconds(60)) }
          try await group.waitForAll()
        }
      }
      try await sleep(.zero)
      streaming.cancel()
      group.cancel()
      await #expect(throws: CancellationError.self) { try await streaming.value }
      await #expect(throws: CancellationError.self) { try await group.value }
      #expect(streaming.isCancelled && group.isCancelled)
    }
  }

  @Test func `call back in order, in a later iteration`() async throws {
    let order = Order()
    try await onOwnLoop {
      let task = createTask { order.add("task") }
      task.addDoneCallback { order.add("first \($0.state)") }
      task.addDoneCallback { _ in order.add("second") }
      try await task.value
      task.addDoneCallback { _ in order.add("late") }
      order.add("not yet")
      try await sleep(.zero)
    }
    #expect(order.items == ["task", "first returned", "second", "not yet", "late"])
  }

  @Test func `tell of an error that nobody looks at`() async throws {
    let order = Order()
    try await onOwnLoop {
      EventLoop.running?.exceptionHandler = { order.add("\($1)") }
      createTask(name: "lost") { throw Broken() }
      try await sleep(.zero)
      try await sleep(.zero)
    }
    let told = try #require(order.items.first)
    #expect(order.items.count == 1)
    #expect(told.hasPrefix("A task's error was never looked at. Task: lost. Created at TaskTests"))
    #expect(told.hasSuffix(" Error: Broken()"))
  }

  @Test func `can be renamed`() async throws {
    try await onOwnLoop {
      let task = createTask {}
      task.name = "renamed"
      #expect(task.name == "renamed")
    }
  }

  @Test func `can't wait for themselves`() async throws {
    try await onOwnLoop {
      let itself = try Future<AsyncTask<Void>>()
      let task = createTask { () throws -> Void in
        try await itself.value.value
      }
      try itself.setResult(task)
      await #expect(throws: AwaitError.self) { try await task.value }
    }
  }

  @Test func `are not awaited on another loop`() async throws {
    try await onOwnLoop {
      let task = createTask { try await sleep(.seconds(60)) }
      await #expect(throws: AwaitError.self) {
        try await onOwnLoop { try await task.value }
      }
    }
  }

  @Test func `that wait for each other in a circle end when one is cancelled`() async throws {
    try await onOwnLoop {
      let last = try Future<AsyncTask<Int>>()
      let one = createTask { try await last.value.value }
      let two = createTask { try await one.value }
      let three = createTask { try await two.value }
      try last.setResult(three)
      let outside = createTask { try await two.value }
      try await iterations(5)
      #expect(!one.isDone)
      outside.cancel(message: "circle")
      try await iterations(5)
      let areCancelled = [one, two, three, outside].allSatisfy(\.isCancelled)
      #expect(areCancelled)
    }
  }

  @Test func `pass a cancellation through a long chain`() async throws {
    try await onOwnLoop {
      var task = createTask { try await sleep(.seconds(60)) }
      for _ in 0..<50_000 {
        let next = task
        task = createTask { try await next.value }
      }
      try await iterations(2)
      task.cancel(message: "chain")
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(task.cancellationMessage == "chain")
    }
  }

  @Test func `tell of no error once they were cancelled in vain`() async throws {
    try await onOwnLoop {
      let reports = collectReports()
      do {
        let task = createTask { throw Broken() }
        try await iterations(1)
        #expect(!task.cancel())
      }
      try await iterations(2)
      #expect(reports.items == [])
    }
  }

  @Test func `call no function that was removed`() async throws {
    let order = Order()
    try await onOwnLoop {
      let task = createTask {}
      let first = task.addDoneCallback { _ in order.add("first") }
      let second = task.addDoneCallback { _ in order.add("second") }
      #expect(task.removeDoneCallback(first) && !task.removeDoneCallback(first))
      second.cancel()
      try await task.value
      try await iterations()
    }
    #expect(order.items == [])
  }

  @Test func `give their value by a method that knows its line`() async throws {
    try await onOwnLoop {
      let value = try await createTask { 1 }.value()
      #expect(value == 1)
    }
  }
}
