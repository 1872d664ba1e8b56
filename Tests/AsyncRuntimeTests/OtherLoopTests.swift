import AsyncRuntime
import Testing

/// A loop that does not run, and what is pending on it: on the thread of one that runs.
private struct OtherLoop: Sendable {
  let loop: EventLoop
  let future: Future<Int>
  let task: AsyncTask<Int>
  let coroutine: Coroutine<Int>

  init() throws {
    loop = try newEventLoop(name: "other")
    future = Future(on: loop)
    (task, coroutine) = try loop.runUntilComplete { [future] in
      let coroutine = AsyncRuntime.coroutine { try await future.value }
      _ = ensureFuture(coroutine)
      return (createTask { try await future.value }, coroutine)
    }
  }

  func end() throws {
    try future.setResult(4)
    let values = (try loop.runUntilComplete(task), try loop.runUntilComplete(coroutine))
    #expect(values == (4, 4))
    loop.close()
  }
}

@Suite struct `What belongs to another loop of the thread` {
  private typealias Body = @Sendable (OtherLoop) async throws -> Void

  private func expectError(_ bodies: [Body]) async throws {
    try await Runner.onOwnThread {
      let other = try OtherLoop()
      let runner = try Runner()
      for (number, body) in bodies.enumerated() {
        #expect(throws: AwaitError.self, "body \(number)") {
          try runner.run { try await body(other) }
        }
      }
      runner.close()
      try other.end()
    }
  }

  @Test func `is not awaited`() async throws {
    try await expectError([
      { _ = try await $0.task.value },
      { _ = try await $0.task.value(line: 1) },
      { _ = try await $0.future.value },
      { _ = try await $0.future.value(line: 1) },
      { _ = try await $0.coroutine.value },
    ])
  }

  @Test func `is not gathered`() async throws {
    try await expectError([
      { _ = try await gather($0.task, $0.future) },
      { _ = try await gather([$0.task]) },
      { _ = try await gather([$0.task, $0.future] as [any Awaitable<Int>]) },
      { _ = try await gatherResults($0.future) },
      { _ = try await gatherResults([$0.coroutine]) },
      { _ = try await gather(createTask { 1 }, $0.task) },
    ])
  }

  @Test func `is not waited for`() async throws {
    try await expectError([
      { _ = try await wait([$0.task]) },
      { _ = try await wait([$0.task, $0.future] as [any Waitable], timeout: .seconds(60)) },
      { _ = try await waitFor($0.task, timeout: nil) },
      { _ = try await waitFor($0.future, timeout: .seconds(60)) },
      { _ = try await waitFor($0.task, timeout: .zero) },
      { _ = try await waitFor($0.future, timeout: .zero) },
      { _ = try await shield($0.task) },
      { _ = try await shield($0.future) },
    ])
  }

  @Test func `is not completed`() async throws {
    try await expectError([
      { for try await _ in asCompleted([$0.task]) {} },
      { for try await _ in asCompleted([$0.task, $0.future] as [any Waitable]) {} },
      { other in
        var iterator = asCompleted([other.future], timeout: .seconds(60)).makeAsyncIterator()
        _ = try await iterator.next()
      },
    ])
  }

  @Test func `is not awaited in groups, timeouts and actors`() async throws {
    actor Place {
      func wait(for other: OtherLoop) async throws { _ = try await other.task.value }
    }
    try await expectError([
      { other in try await withTimeout(.seconds(60)) { _ = try await other.task.value } },
      { other in
        let inner = createTask { try await other.future.value }
        _ = try await inner.value
      },
      { other in
        do {
          _ = try await withAsyncTaskGroup { group in
            try group.createTask { try await other.task.value }
          }
        } catch let error as TaskGroupError {
          throw error.errors[0]
        }
      },
      { try await Place().wait(for: $0) },
      { other in try await createTask { @MainActor in _ = try await other.task.value }.value },
    ])
  }

  @Test func `can be asked for and cancelled, and calls back on its loop`() async throws {
    try await Runner.onOwnThread {
      let other = try OtherLoop()
      let calls = Order()
      try Runner().run {
        other.future.addDoneCallback { _ in calls.add("done") }
        #expect(!other.task.isDone)
        #expect(throws: InvalidStateError.self) { try other.future.result() }
      }
      #expect(calls.items.isEmpty)
      try other.end()
      #expect(calls.items == ["done"])
    }
  }

  @Test func `gives its value once it has one`() async throws {
    try await Runner.onOwnThread {
      let other = try OtherLoop()
      try other.end()
      let values = try Runner().run {
        (try await other.task.value, try await other.future.value, try await other.coroutine.value)
      }
      #expect(values == (4, 4, 4))
    }
  }

  @Test func `ends the program where nothing can be thrown`() async {
    await #expect(processExitsWith: .failure) {
      let loop = try newEventLoop()
      // In closures that are not asynchronous: directly in this one it does not compile.
      let start = { try loop.runUntilComplete { try createSubprocessExec("sleep", ["60"]) } }
      let process = try start()
      let wait = { try Runner().run { _ = try await process.wait() } }
      try wait()
    }
  }
}
