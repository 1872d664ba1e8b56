import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Descriptions` {
  private struct Broken: Error {}

  @Test func `say what something is, does, and who waits for it`() async throws {
    try await withVirtualTime {
      let event = Event(name: "door")
      let task = createTask(name: "reader") { try await event.wait() }
      let waiting = createTask { try await task.value }
      #expect("\(task)" == "AsyncTask<()> “reader” \(task.id), ready")
      try await iterations(2)
      #expect(
        "\(task)" == "AsyncTask<()> “reader” \(task.id), waits for the event door, 1 waiting for it"
      )
      #expect("\(event)" == "Event “door”, not set, 1 waiting")
      event.set()
      try await waiting.value
      #expect("\(task)" == "AsyncTask<()> “reader” \(task.id), returned")

      let failing = createTask(name: "failing") { throw Broken() }
      await #expect(throws: Broken.self) { try await failing.value }
      #expect("\(failing)".hasSuffix(", threw \(Broken())"))
      let cancelled = createTask(name: "late") {}
      cancelled.cancel(message: "enough")
      await #expect(throws: CancellationError.self) { try await cancelled.value }
      #expect("\(cancelled)".hasSuffix(", cancelled: enough"))
      #expect(currentTask().map { "\($0)".contains(", runs") } == true)
      let elsewhere = await Task.detached { "\(task)" }.value
      #expect(elsewhere == "AsyncTask<()> “reader” \(task.id)")
    }
  }

  @Test func `are there of what tasks wait for`() async throws {
    try await withVirtualTime {
      let lock = Lock(name: "ledger")
      #expect("\(lock)" == "Lock “ledger”, free")
      try await lock.acquire()
      #expect("\(lock)" == "Lock “ledger”, held by the task \(currentTask()?.id ?? 0)")
      #expect("\(AsyncSemaphore(3))" == "AsyncSemaphore, 3 of 3 free")
      #expect("\(Barrier(2))" == "Barrier, 0 of 2, filling")
      let queue = Queue<Int>(capacity: 4, name: "jobs")
      #expect(queue.tryPut(1))
      #expect("\(queue)" == "Queue<Int> “jobs”, 1 of 4 items")
      let future = try Future<Int>()
      #expect("\(future)" == "Future<Int>, pending")
      future.cancel(message: "no")
      #expect("\(future)" == "Future<Int>, cancelled: no")
      #expect(EventLoop.running.map { "\($0)" } == "EventLoop “test”, running, 1 tasks")
      try await withAsyncTaskGroup(name: "crew") { group in
        #expect("\(group)" == "AsyncTaskGroup “crew”, open, 0 tasks")
      }
    }
  }
}
