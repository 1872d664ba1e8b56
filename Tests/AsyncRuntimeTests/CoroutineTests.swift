import AsyncRuntime
import Testing

@Suite struct `Coroutines` {
  struct Broken: Error {}

  @Test func `begin when they are awaited, in the task that awaits them`() async throws {
    let order = Order()
    try await onOwnLoop {
      let work = coroutine {
        order.add("\(currentTask()?.name ?? "")")
        return 1
      }
      try await iterations(2)
      order.add("awaiting")
      #expect(try await work.value == 1)
    }
    #expect(order.items == ["awaiting", "main"])
  }

  @Test func `run once`() async throws {
    try await onOwnLoop {
      let work = coroutine { 1 }
      _ = try await work.value
      await #expect(throws: AwaitError.self) { try await work.value }
      await #expect(throws: AwaitError.self) { try await createTask(work).value }
    }
  }

  @Test func `become one task, and stand for that`() async throws {
    try await onOwnLoop {
      let work = coroutine(name: "work") { currentTask()?.name }
      let task = createTask(work)
      #expect(ensureFuture(work) === task && task.name == "work")
      #expect(throws: InvalidStateError.self) { try work.result() }
      let first = try await work.value
      #expect(first == "work")
      let second = try work.result()
      #expect(second == "work")
    }
  }

  @Test func `throw what their body throws`() async throws {
    try await onOwnLoop {
      await #expect(throws: Broken.self) { try await coroutine { throw Broken() }.value }
    }
  }

  @Test func `that never begin are reported in debug mode`() async throws {
    try await onOwnLoop {
      let reports = collectReports()
      _ = coroutine {}
      #expect(reports.items == [])
      EventLoop.running?.isDebugging = true
      _ = coroutine(name: "lost") {}
      coroutine {}.close()
      #expect(reports.items == ["A coroutine was never awaited. Coroutine: lost."])
    }
  }

  @Test func `are ensured as what they are`() async throws {
    try await onOwnLoop {
      let task = createTask {}
      let future = try Future<Int>()
      #expect(ensureFuture(task) === task && ensureFuture(future) === future)
    }
  }
}
