import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Task groups that are cancelled` {
  struct Broken: Error, Equatable { var number = 0 }

  @Test func `end without an error, and cancel the body and the tasks`() async throws {
    try await withVirtualTime {
      let order = Order()
      try await withAsyncTaskGroup { group in
        let child = try group.createTask { try await sleep(.seconds(60)) }
        child.addDoneCallback { order.add("child \($0.state)") }
        EventLoop.running?.callSoon { group.cancel() }
        try await sleep(.seconds(60))
        order.add("not reached")
      }
      try await iterations()
      #expect(order.items == ["child cancelled"])
      #expect(currentTask()?.cancelling == 0)
      #expect(EventLoop.running?.time == .zero)
    }
  }

  @Test func `return what the body returns, if it does`() async throws {
    try await withVirtualTime {
      let value = try await withAsyncTaskGroup { group in
        try group.createTask { try await sleep(.seconds(60)) }
        group.cancel()
        return 1
      }
      #expect(value == 1)
      try await sleep(.zero)
    }
  }

  @Test func `have no value to return if the body was cut short`() async throws {
    try await withVirtualTime {
      await #expect(throws: CancellationError.self) {
        try await withAsyncTaskGroup { group in
          group.cancel()
          return try await sleep(.zero, result: 1)
        }
      }
      #expect(currentTask()?.cancelling == 0)
    }
  }

  @Test func `while they wait for their tasks end as well`() async throws {
    try await withVirtualTime {
      try await withAsyncTaskGroup { group in
        try group.createTask {
          try await sleep(.seconds(1))
          group.cancel()
          group.cancel()
          #expect(group.isCancelled)
          try await sleep(.seconds(60))
        }
        try group.createTask { try await sleep(.seconds(60)) }
      }
      #expect(EventLoop.running?.time == .seconds(1))
    }
  }

  @Test func `take no more tasks, and close a coroutine`() async throws {
    try await onOwnLoop {
      EventLoop.running?.isDebugging = true
      let reports = collectReports()
      try await withAsyncTaskGroup { group in
        group.cancel()
        #expect(throws: AsyncTaskGroupClosed.self) { try group.createTask {} }
        #expect(throws: AsyncTaskGroupClosed.self) { try group.createTask(coroutine {}) }
      }
      #expect(reports.items == [])
    }
  }

  @Test func `still throw errors`() async throws {
    try await onOwnLoop {
      do {
        try await withAsyncTaskGroup { group in
          try group.createTask {
            do { try await sleep(.seconds(60)) } catch { throw Broken(number: 1) }
          }
          try await sleep(.zero)
          group.cancel()
          throw Broken(number: 2)
        }
        Issue.record("no error")
      } catch let error as TaskGroupError {
        #expect(error.errors as? [Broken] == [Broken(number: 1), Broken(number: 2)])
      }
    }
  }

  @Test func `leave a cancellation from outside alone`() async throws {
    try await withVirtualTime {
      let task = createTask {
        try await withAsyncTaskGroup { group in
          try group.createTask {
            do { try await sleep(.seconds(60)) } catch { try await sleep(.seconds(1)) }
          }
          try await iterations()
          group.cancel()
        }
      }
      try await iterations(4)
      task.cancel(message: "outside")
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(task.cancellationMessage == "outside")
    }
  }

  @Test func `after they have ended do nothing`() async throws {
    try await onOwnLoop {
      let group = try await withAsyncTaskGroup { $0 }
      group.cancel()
      #expect(!group.isCancelled && currentTask()?.cancelling == 0)
    }
  }
}

@Suite struct `Task groups with a limit` {
  @Test func `run so many tasks at once, in the order of their creation`() async throws {
    try await withVirtualTime {
      let order = Order()
      try await withAsyncTaskGroup(maxRunning: 2) { group in
        for number in 1...5 {
          try group.createTask {
            order.add("begin \(number)")
            try await sleep(.seconds(number == 1 ? 3 : 1))
            order.add("end \(number)")
          }
        }
      }
      #expect(
        order.items == [
          "begin 1", "begin 2", "end 2", "begin 3", "end 3", "begin 4", "end 1", "end 4", "begin 5",
          "end 5",
        ])
    }
  }

  @Test func `give the turn of one that is cancelled to the next`() async throws {
    try await withVirtualTime {
      let order = Order()
      try await withAsyncTaskGroup(maxRunning: 1) { group in
        let tasks = try (1...4).map { number in
          try group.createTask {
            order.add("\(number)")
            try await sleep(.seconds(1))
          }
        }
        try await iterations(2)
        tasks[1].cancel()
        // The third is given the turn of the first, and cancelled before it runs.
        try await sleep(.milliseconds(500))
        EventLoop.running?.callLater(.milliseconds(500)) { tasks[2].cancel() }
      }
      #expect(order.items == ["1", "4"])
    }
  }

  @Test func `are left when one fails, without beginning the others`() async throws {
    struct Broken: Error {}
    let order = Order()
    try await onOwnLoop {
      await #expect(throws: TaskGroupError.self) {
        try await withAsyncTaskGroup(maxRunning: 1) { group in
          try group.createTask {
            try await sleep(.zero)
            throw Broken()
          }
          try group.createTask { order.add("ran") }
        }
      }
    }
    #expect(order.items == [])
  }

  @Test func `begin eager tasks at once while there is room`() async throws {
    try await withVirtualTime {
      let order = Order()
      try await withAsyncTaskGroup(maxRunning: 1) { group in
        for number in 1...2 {
          try group.createTask(eagerly: true) {
            order.add("begin \(number)")
            try await sleep(.seconds(1))
          }
          order.add("created \(number)")
        }
      }
      #expect(order.items == ["begin 1", "created 1", "created 2", "begin 2"])
    }
  }
}
