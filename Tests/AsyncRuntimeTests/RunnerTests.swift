import AsyncRuntime
import Foundation
import Testing

@Suite struct `Runners` {
  struct Broken: Error {}

  @Test func `runs several main tasks on one loop`() async throws {
    let sum = try await Runner.onOwnThread {
      let runner = try Runner()
      let first = try runner.run { 1 }
      let second = try runner.run { 2 }
      #expect(throws: Broken.self) { try runner.run { throw Broken() } }
      runner.close()
      runner.close()
      #expect(throws: RunnerError.self) { try runner.run { 3 } }
      return first + second
    }
    #expect(sum == 3)
  }

  @Test func `refuses to run inside of itself`() async throws {
    try await onOwnLoop {
      #expect(throws: RunnerError.self) { try Runner() }
    }
  }

  @Test func `makes its loop when it is first asked for it`() async throws {
    try await Runner.onOwnThread {
      let runner = try Runner()
      #expect(runner.state == .created)
      let loop = try runner.loop
      #expect(runner.state == .initialized && !loop.isClosed)
      #expect(try runner.run { EventLoop.running === loop })
      #expect(EventLoop.running == nil)
      runner.close()
      #expect(runner.state == .closed && loop.isClosed)
      #expect(throws: RunnerError.self) { try runner.loop }
    }
  }

  @Test func `without a loop is closed all the same`() async throws {
    try await Runner.onOwnThread {
      let runner = try Runner()
      runner.close()
      #expect(throws: RunnerError.self) { try runner.run {} }
    }
  }

  @Test func `runs the loop that it is given, made once and not before it is needed`() async throws
  {
    try await Runner.onOwnThread {
      let order = Order()
      let runner = try Runner {
        order.add("made")
        return try newEventLoop(name: "mine")
      }
      #expect(order.items == [])
      for _ in 0..<2 { #expect(try runner.run { EventLoop.running?.name } == "mine") }
      #expect(order.items == ["made"])
      let loop = try runner.loop
      runner.close()
      #expect(loop.isClosed)
      let failing = try Runner { throw Broken() }
      #expect(throws: RunnerError.self) { try failing.run {} }
    }
  }

  @Test func `runs until an awaitable has ended`() async throws {
    let values = try await Runner.onOwnThread {
      let runner = try Runner()
      defer { runner.close() }
      let loop = try runner.loop
      let future = Future<Int>(on: loop)
      loop.callSoon { try future.setResult(1) }
      return try [
        runner.run(future), runner.run(future), runner.run(coroutine { 2 }),
        runner.run(runner.run { createTask { 3 } }),
      ]
    }
    #expect(values == [1, 1, 2, 3])
  }

  @Test func `runs nothing while it runs`() async throws {
    try await Runner.onOwnThread {
      let runner = try Runner()
      defer { runner.close() }
      nonisolated(unsafe) let inner = runner
      try runner.run {
        #expect(throws: RunnerError.self) { try unsafe inner.run { 1 } }
      }
    }
  }

  @Test(arguments: [true, false]) func `debugs if it is told so`(debug: Bool) async throws {
    try await Runner.onOwnThread {
      let runner = try Runner(debug: debug)
      defer { runner.close() }
      #expect(try runner.run { EventLoop.running?.isDebugging } == debug)
    }
  }

  @Test func `reports a task that its shut-down leaves pending`() async throws {
    let order = Order()
    try await Runner.onOwnThread {
      let runner = try Runner()
      try runner.loop.exceptionHandler = { order.add("\($1)".filter { !$0.isNumber }) }
      try runner.run {
        createTask {
          do { try await sleep(.seconds(60)) } catch {
            createTask(name: "late") { try await Future<Void>().value }
          }
        }
        try await sleep(.zero)
      }
      runner.close()
    }
    #expect(
      order.items == [
        "A task was pending when its event loop was closed."
          + " Task: late. Created at RunnerTests.swift:."
      ])
  }

  @Test func `cancels what is left and reports its errors`() async throws {
    let order = Order()
    try await Runner.onOwnThread {
      let runner = try Runner()
      try runner.loop.exceptionHandler = { order.add("\($1.message) \($1.task?.name ?? "")") }
      try runner.run {
        createTask(name: "polite") {
          do { try await sleep(.seconds(60)) } catch {
            try await sleep(.zero)
            order.add("cleaned up")
            throw error
          }
        }
        createTask(name: "rude") {
          do { try await sleep(.seconds(60)) } catch { throw Broken() }
        }
        try await sleep(.zero)
      }
      #expect(order.items == [])
      runner.close()
    }
    #expect(order.items == ["cleaned up", "A task failed while the runner shut down. rude"])
  }

  @Test func `is interrupted by SIGINT and cleans up`() async throws {
    let run = try await Fixture.run("interrupt") { process, line in
      if line == "waiting" { process.interrupt() }
    }
    #expect(run.output == ["waiting", "cancelled: interrupted", "interrupted", "default handler"])
    #expect(run.status == 0)
  }

  @Test func `comes to a process that has run a task, and a second time`() async throws {
    let run = try await Fixture.run("late")
    #expect(run.output == ["ran", "again"])
    #expect(run.status == 0)
  }

  @Test func `is ended by a second SIGINT`() async throws {
    let run = try await Fixture.run("stubborn") { process, line in
      if line.hasPrefix("waiting") { process.interrupt() }
    }
    #expect(run.output == ["waiting", "waiting again"])
    #expect(run.status == -2)
  }

  @Test func `shares variables with its tasks in a body of the main actor`() async throws {
    let run = try await Fixture.run("shared state")
    #expect(run.output == ["counted to 3"])
  }

  @Test func `begins with the usual settings of a loop that another has changed`() async throws {
    let run = try await Fixture.run("settings of before")
    #expect(run.output == ["1: 0.1 seconds, true, false", "2: 0.1 seconds, true, false"])
  }

  @Test func `that is interrupted may return a value`() async throws {
    let run = try await Fixture.run("swallow") { process, line in
      if line == "waiting" { process.interrupt() }
    }
    #expect(run.output == ["waiting", "returned 4"])
  }

  @Test(arguments: [
    ("busy", ["waiting", "interrupted"]),
    ("future", ["waiting", "future cancelled true", "interrupted"]),
  ])
  func `is interrupted by SIGINT wherever it waits`(
    program: String, output: [String]
  ) async throws {
    let run = try await Fixture.run(program) { process, line in
      if line == "waiting" { process.interrupt() }
    }
    #expect(run.output == output)
    #expect(run.status == 0)
  }

  @Test func `that is cancelled by itself too ends as cancelled`() async throws {
    let run = try await Fixture.run("own cancellation")
    #expect(run.output == ["CancellationError()"])
  }

  @Test func `leaves another handler of SIGINT alone`() async throws {
    let run = try await Fixture.run("host handler")
    #expect(run.output == ["went on"])
    #expect(run.status == 0)
  }
}
