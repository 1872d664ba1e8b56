import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Task groups` {
  struct Broken: Error, Equatable { var number = 0 }

  @Test func `wait for all their tasks, also those added late`() async throws {
    let order = Order()
    try await onOwnLoop {
      let value = try await withAsyncTaskGroup(name: "work") { group in
        try group.createTask {
          try await sleep(.zero)
          order.add("one")
          try group.createTask { order.add("late") }
        }
        order.add("body")
        return 3
      }
      #expect(value == 3)
      order.add("after")
    }
    #expect(order.items == ["body", "one", "late", "after"])
  }

  @Test func `cancel the others and the body once, and throw every error`() async throws {
    try await withVirtualTime {
      let main = try #require(currentTask())
      do {
        try await withAsyncTaskGroup { group in
          try group.createTask {
            do { try await sleep(.seconds(60)) } catch { throw Broken(number: 2) }
          }
          try group.createTask { throw Broken(number: 1) }
          do {
            try await sleep(.seconds(60))
          } catch {
            #expect(main.cancelling == 1)
            #expect(throws: AsyncTaskGroupClosed.self) { try group.createTask {} }
            throw Broken(number: 3)
          }
        }
        Issue.record("no error")
      } catch let error as TaskGroupError {
        #expect(
          error.errors as? [Broken] == [Broken(number: 1), Broken(number: 2), Broken(number: 3)])
      }
      #expect(main.cancelling == 0)
      try await sleep(.zero)
    }
  }

  @Test func `ignore a task that is cancelled`() async throws {
    try await withVirtualTime {
      try await withAsyncTaskGroup { group in
        let one = try group.createTask { try await sleep(.seconds(60)) }
        let two = try group.createTask {
          try await sleep(.zero)
          return 2
        }
        try await sleep(.zero)
        one.cancel()
        #expect(try await two.value == 2)
      }
    }
  }

  @Test(arguments: [true, false])
  func `pass a cancellation from outside on`(whileBodyRuns: Bool) async throws {
    try await withVirtualTime {
      let outer = createTask {
        try await withAsyncTaskGroup { group in
          try group.createTask { try await sleep(.seconds(60)) }
          if whileBodyRuns { try await sleep(.seconds(60)) }
        }
      }
      for _ in 0..<3 { try await sleep(.zero) }
      outer.cancel(message: "outside")
      await #expect(throws: CancellationError.self) { try await outer.value }
      #expect(outer.cancellationMessage == "outside")
    }
  }

  @Test func `keep a request from outside beside an error`() async throws {
    try await withVirtualTime {
      let outer = createTask {
        await #expect(throws: TaskGroupError.self) {
          try await withAsyncTaskGroup { group in
            try group.createTask {
              do { try await sleep(.seconds(60)) } catch { throw Broken() }
            }
          }
        }
        #expect(currentTask()?.cancelling == 1)
        try await sleep(.zero)
      }
      for _ in 0..<3 { try await sleep(.zero) }
      outer.cancel()
      await #expect(throws: CancellationError.self) { try await outer.value }
    }
  }

  @Test func `nest their errors`() async throws {
    try await onOwnLoop {
      do {
        _ = try await withAsyncTaskGroup { outer in
          try outer.createTask {
            try await withAsyncTaskGroup { inner in
              try inner.createTask { throw Broken() }
            }
          }
        }
      } catch let error as TaskGroupError {
        let inner = error.errors.first as? TaskGroupError
        #expect(error.errors.count == 1 && inner?.errors.first is Broken)
      }
    }
  }

  @Test func `are closed when they have ended`() async throws {
    try await onOwnLoop {
      let group = try await withAsyncTaskGroup { $0 }
      #expect(throws: AsyncTaskGroupClosed.self) { try group.createTask {} }
    }
  }

  @Test func `leave results to be read from their tasks afterwards`() async throws {
    try await onOwnLoop {
      let tasks = try await withAsyncTaskGroup { group in
        [try group.createTask { 1 }, try group.createTask(coroutine(name: "two") { 2 })]
      }
      #expect(try tasks.map { try $0.result() } == [1, 2])
      #expect(tasks[1].name == "two")
    }
  }

  @Test func `cancel tasks that have not begun when the body fails`() async throws {
    let order = Order()
    try await onOwnLoop {
      do {
        try await withAsyncTaskGroup { group in
          try group.createTask { order.add("ran") }
          throw Broken()
        }
      } catch let error as TaskGroupError {
        #expect(error.errors.count == 1 && error.contains(Broken.self))
      }
    }
    #expect(order.items == [])
  }

  @Test func `wrap an error into which the body turns a cancellation`() async throws {
    try await onOwnLoop {
      let outer = createTask {
        try await withAsyncTaskGroup { _ in
          do { try await sleep(.seconds(60)) } catch { throw Broken() }
        }
      }
      try await sleep(.zero)
      outer.cancel()
      do {
        try await outer.value
        Issue.record("no error")
      } catch let error as TaskGroupError {
        #expect(error.contains(Broken.self))
      }
    }
  }

  @Test func `pass a cancellation on when they have no tasks`() async throws {
    try await onOwnLoop {
      let outer = createTask { try await withAsyncTaskGroup { _ in try await sleep(.seconds(60)) } }
      try await sleep(.zero)
      outer.cancel(message: "outside")
      await #expect(throws: CancellationError.self) { try await outer.value }
      #expect(outer.cancellationMessage == "outside")
    }
  }

  @Test func `report only the outer error when that cancels an inner group`() async throws {
    try await onOwnLoop {
      do {
        try await withAsyncTaskGroup { outer in
          try outer.createTask {
            try await withAsyncTaskGroup { inner in
              try inner.createTask { try await sleep(.seconds(60)) }
            }
          }
          try outer.createTask {
            try await iterations(3)
            throw Broken(number: 1)
          }
        }
        Issue.record("no error")
      } catch let error as TaskGroupError {
        #expect(error.errors as? [Broken] == [Broken(number: 1)])
      }
    }
  }

  @Test func `that fail both cancel their surroundings one after the other`() async throws {
    try await onOwnLoop {
      let main = try #require(currentTask())
      let fail = try Future<Void>()
      do {
        try await withAsyncTaskGroup { outer in
          try outer.createTask {
            try await fail.value
            throw Broken(number: 1)
          }
          do {
            try await withAsyncTaskGroup { inner in
              try inner.createTask {
                try await fail.value
                throw Broken(number: 2)
              }
              EventLoop.running?.callSoon { try fail.setResult(()) }
              try await sleep(.seconds(60))
            }
          } catch let error as TaskGroupError {
            #expect(error.errors as? [Broken] == [Broken(number: 2)])
          }
          #expect(main.cancelling == 1)
        }
        Issue.record("no error")
      } catch let error as TaskGroupError {
        #expect(error.errors as? [Broken] == [Broken(number: 1)])
      }
      #expect(main.cancelling == 0)
    }
  }

  @Test func `end all of many tasks that create each other when one fails`() async throws {
    try await onOwnLoop {
      @Sendable func spread(_ group: AsyncTaskGroup, _ depth: Int) async throws {
        try await sleep(.zero)
        if depth == 6 { throw Broken() }
        for _ in 0..<2 { try group.createTask { try await spread(group, depth + 1) } }
        try await sleep(.seconds(60))
      }
      do {
        _ = try await withAsyncTaskGroup { group in
          try group.createTask { try await spread(group, 0) }
        }
        Issue.record("no error")
      } catch let error as TaskGroupError {
        #expect(error.contains(Broken.self))
      }
      #expect(allTasks().count == 1)
    }
  }

  @Test func `collect the errors of tasks that others wait for`() async throws {
    try await onOwnLoop {
      await #expect(throws: TaskGroupError.self) {
        try await withAsyncTaskGroup { group in
          let bad = try group.createTask {
            try await sleep(.zero)
            throw Broken()
          }
          try group.createTask { _ = try? await bad.value }
          _ = try? bad.result()
        }
      }
    }
  }

  @Test func `need a task of the runtime's around them`() async throws {
    try await onOwnLoop {
      async let native: Void = withAsyncTaskGroup { _ in }
      do {
        try await native
        Issue.record("no error")
      } catch is AwaitError {}
    }
  }
}
