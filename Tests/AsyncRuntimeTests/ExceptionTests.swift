import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Exception handlers` {
  struct Broken: Error {}

  @Test func `are told what failed, and which callback it was`() async throws {
    try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      let told = try Future<ExceptionContext>()
      loop.exceptionHandler = { try told.setResult($1) }
      let handle = loop.callSoon { throw Broken() }
      let context = try await told.value
      #expect(context.handle === handle && context.error is Broken && context.task == nil)
      #expect(context.message == "A callback of the event loop failed.")
    }
  }

  @Test func `can be asked for, changed and told by hand`() async throws {
    let order = Order()
    try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      #expect(loop.exceptionHandler == nil)
      loop.exceptionHandler = { order.add("\($0 === loop) \($1)") }
      let task = createTask(name: "worker") { try await sleep(.seconds(1)) }
      loop.callExceptionHandler(
        ExceptionContext(message: "Look.", error: Broken(), task: task, site: "A.swift:1"))
      #expect(loop.exceptionHandler != nil)
      loop.exceptionHandler = nil
      #expect(loop.exceptionHandler == nil)
    }
    #expect(
      order.items == ["true Look. Task: worker. Created at A.swift:1. Error: Broken()"])
  }

  @Test func `see the context of who failed, and what is like a task that is gone`() async throws {
    let user = ContextVariable("user", default: "nobody")
    let seen = Order()
    try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      loop.exceptionHandler = { _, context in
        seen.add("\(user.get()): \(context.task?.name ?? "no task")")
        let error = try context.task?.error()
        #expect(context.task == nil || error is Broken)
        user.set("handler")
        loop.callSoon { seen.add("callback: \(user.get())") }
        createTask(eagerly: true) {
          seen.add("eager: \(user.get())")
          user.set("eager")
        }
        #expect(user.get() == "handler")
      }
      user.set("main")
      createTask(name: "lost") {
        user.set("lost")
        throw Broken()
      }
      try await iterations(2)
      loop.callSoon {
        user.set("callback's")
        throw Broken()
      }
      try await iterations(2)
      let other = createTask(name: "other") {
        user.set("other")
        throw Broken()
      }
      try await iterations()
      loop.callExceptionHandler(ExceptionContext(message: "By hand.", task: other))
      #expect(user.get() == "main")
      try await iterations(2)
    }
    #expect(
      seen.items == [
        "lost: lost", "eager: handler", "callback: handler",
        "callback's: no task", "eager: handler", "callback: handler",
        "other: other", "eager: handler", "callback: handler",
      ])
  }

  @Test func `are told of a task that another thread lets go of`() async throws {
    let told = ThreadFuture<String>()
    try await withVirtualTime {
      EventLoop.running?.exceptionHandler = { _, context in
        try told.setResult("\(context.task?.name ?? "no task") \(context.error ?? Broken())")
      }
      var task: AnyAsyncTask? = createTask(name: "lost") { throw Broken() }
      try await iterations()
      let last = Last(task)
      task = nil
      try await toThread { last.drop() }
      try await iterations(2)
      #expect(try told.result() == "lost Broken()")
    }
  }

  @Test func `are told on standard error when there is none, or when they fail`() async throws {
    let run = try await Fixture.run("exceptions")
    let lines = run.errors.split(separator: "\n").map { $0.filter { !$0.isNumber } }
    #expect(
      lines == [
        "A callback of the event loop failed. Created at Exceptions.swift:. Error: Broken()",
        "A callback of the event loop failed. Created at Exceptions.swift:. Error: Broken()",
        "A task's error was never looked at. Task: lost. Created at Exceptions.swift:."
          + " Error: Broken()",
        "Something happened.",
        "The exception handler failed. Error: Worse()",
      ])
    #expect(run.status == 0)
  }

  @Test func `see debug mode when the environment asks for it`() async throws {
    for (value, isDebugging) in [("1", true), ("0", false)] {
      let run = try await Fixture.run("exceptions", environment: ["ASYNCRUNTIME_DEBUG": value])
      #expect(run.output == ["debugging \(isDebugging)"])
    }
  }
}

/// The last reference to a task, for another thread to let go of.
///
/// One thread makes it.
/// Another one drops what it holds, while the first waits for that.
private final class Last: @unchecked Sendable {
  private var task: AnyAsyncTask?

  init(_ task: AnyAsyncTask?) {
    self.task = task
  }

  func drop() {
    task = nil
  }
}
