import AsyncRuntime
import Testing

@Suite struct `Eager tasks` {
  struct Broken: Error {}

  @Test func `run until they first suspend before they are returned`() async throws {
    let order = Order()
    try await onOwnLoop {
      let task = createTask(eagerly: true) {
        order.add("first part")
        try await sleep(.zero)
        order.add("second part")
      }
      order.add("created")
      #expect(!task.isDone)
      try await task.value
    }
    #expect(order.items == ["first part", "created", "second part"])
  }

  @Test func `that never suspend are done when they are returned`() async throws {
    try await onOwnLoop {
      #expect(try createTask(eagerly: true) { 1 }.result() == 1)
      let bad = createTask(eagerly: true) { throw Broken() }
      let error = try bad.error()
      #expect(error is Broken)
      #expect(allTasks().map(\.name) == ["main"])
    }
  }

  @Test func `are the current task meanwhile`() async throws {
    try await onOwnLoop {
      let main = try #require(currentTask())
      let task = createTask(name: "eager", eagerly: true) {
        let before = currentTask()?.name
        try await sleep(.zero)
        return [before, currentTask()?.name]
      }
      #expect(currentTask() === main)
      #expect(allTasks().map(\.name) == ["main", "eager"])
      #expect(try await task.value == ["eager", "eager"])
    }
  }

  @Test func `may be created by each other and by callbacks`() async throws {
    let order = Order()
    try await onOwnLoop {
      let done = try Future<Void>()
      EventLoop.running?.callSoon {
        createTask(name: "outer", eagerly: true) {
          createTask(name: "inner", eagerly: true) {
            order.add(currentTask()?.name ?? "")
            try await sleep(.zero)
            order.add(currentTask()?.name ?? "")
            try done.setResult(())
          }
          order.add(currentTask()?.name ?? "")
        }
        order.add("\(currentTask() == nil)")
      }
      try await done.value
    }
    #expect(order.items == ["inner", "outer", "true", "inner"])
  }

  @Test func `are cancelled like others`() async throws {
    try await onOwnLoop {
      let task = createTask(eagerly: true) { try await sleep(.seconds(60)) }
      task.cancel(message: "eager")
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(task.cancellationMessage == "eager")
      let itself = createTask(eagerly: true) { currentTask()?.cancel() }
      #expect(itself.isCancelled)
    }
  }

  @Test func `are made by a task factory, unless told otherwise`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      loop.taskFactory = EventLoop.eagerTaskFactory
      #expect(createTask {}.isDone)
      #expect(!createTask(eagerly: false) {}.isDone)
      try await withAsyncTaskGroup { group in
        let child = try group.createTask {}
        #expect(child.isDone)
      }
      loop.taskFactory = nil
      #expect(loop.taskFactory == nil)
      #expect(!createTask {}.isDone)
    }
  }

  @Test func `and others can be named by a task factory`() async throws {
    try await onOwnLoop {
      EventLoop.running?.taskFactory = { options in
        options.name = "made " + (options.name ?? "without")
      }
      #expect(createTask(name: "so") {}.name == "made so")
      #expect(createTask {}.name == "made without")
    }
  }

  @Test(arguments: [true, false])
  func `in a group that fail cancel nothing after it`(eagerly: Bool) async throws {
    try await onOwnLoop {
      do {
        _ = try await withAsyncTaskGroup { group in
          try group.createTask(eagerly: eagerly) { throw Broken() }
        }
        Issue.record("no error")
      } catch let error as TaskGroupError {
        #expect(error.contains(Broken.self))
      }
      #expect(currentTask()?.cancelling == 0)
      try await sleep(.zero)
    }
  }

  @Test func `in a group are cancelled when they fail a group of their own`() async throws {
    try await onOwnLoop {
      await #expect(throws: TaskGroupError.self) {
        try await withAsyncTaskGroup { group in
          try group.createTask(eagerly: true) {
            try await withAsyncTaskGroup { inner in
              try inner.createTask(eagerly: true) { throw Broken() }
              try await sleep(.seconds(60))
            }
          }
        }
      }
    }
  }
}
