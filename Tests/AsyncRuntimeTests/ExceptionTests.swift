import AsyncRuntime
import AsyncTesting
import Testing

@Suite struct `Exception handlers` {
  struct Broken: Error {}

  @Test func `are told what failed, and which callback it was`() async throws {
    try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      let told = Future<ExceptionContext>()
      loop.setExceptionHandler { try told.setResult($1) }
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
      loop.setExceptionHandler { order.add("\($0 === loop) \($1)") }
      let task = createTask(name: "worker") { try await sleep(.seconds(1)) }
      loop.callExceptionHandler(
        ExceptionContext(message: "Look.", error: Broken(), task: task, site: "A.swift:1"))
      #expect(loop.exceptionHandler != nil)
      loop.setExceptionHandler(nil)
      #expect(loop.exceptionHandler == nil)
    }
    #expect(
      order.items == ["true Look. Task: worker. Created at A.swift:1. Error: Broken()"])
  }

  @Test func `are told on standard error when there is none, or when they fail`() async throws {
    let run = try await Fixture.run("exceptions")
    let lines = run.errors.split(separator: "\n").map { $0.filter { !$0.isNumber } }
    #expect(
      lines == [
        "A callback of the event loop failed. Error: Broken()",
        "A callback of the event loop failed. Created at Exceptions.swift:. Error: Broken()",
        "A task's error was never looked at. Task: lost. Created at Exceptions.swift:."
          + " Error: Broken()",
        "Something happened.",
        "The exception handler failed. Error: Worse()",
        "A callback of the event loop failed. Created at Exceptions.swift:. Error: Broken()",
      ])
    #expect(run.status == 0)
  }

  @Test func `see debug mode when the environment asks for it`() async throws {
    let run = try await Fixture.run("exceptions", environment: ["ASYNCRUNTIME_DEBUG": "1"])
    let first = try #require(run.errors.split(separator: "\n").first)
    #expect(first.contains("Created at Exceptions.swift:"))
    let other = try await Fixture.run("exceptions", environment: ["ASYNCRUNTIME_DEBUG": "0"])
    #expect(other.errors.hasPrefix("A callback of the event loop failed. Error: Broken()"))
  }
}
