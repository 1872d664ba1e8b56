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

  @Test func `cancels what is left and reports its errors`() async throws {
    let order = Order()
    try await Runner.onOwnThread {
      let runner = try Runner()
      runner.loop.setExceptionHandler { order.add("\($1.message) \($1.task?.name ?? "")") }
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

  @Test func `that is interrupted may return a value`() async throws {
    let run = try await Fixture.run("swallow") { process, line in
      if line == "waiting" { process.interrupt() }
    }
    #expect(run.output == ["waiting", "returned 4"])
  }
}
