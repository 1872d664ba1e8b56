import AsyncRuntime
import Testing

@Suite struct `Where no loop runs` {
  @Test func `there is no task, and nothing ends the program for that`() async throws {
    #expect(currentTask() == nil && allTasks().isEmpty && captureCallGraph() == nil)
    #expect(throws: AwaitError.self) { try Future<Int>() }
    await #expect(throws: AwaitError.self) { try await withTimeout(.seconds(1)) {} }
    await #expect(throws: AwaitError.self) { try await withAsyncTaskGroup { _ in } }
    await #expect(throws: AwaitError.self) { try await toThread {} }
    await #expect(throws: AwaitError.self) { try await gather([AsyncTask<Int>]()) }
  }

  @Test func `sleep waits as that of native tasks does`() async throws {
    let start = ContinuousClock.now
    try await sleep(.milliseconds(5))
    try await sleep(.zero)
    #expect(ContinuousClock.now - start >= .milliseconds(5))
  }
}
