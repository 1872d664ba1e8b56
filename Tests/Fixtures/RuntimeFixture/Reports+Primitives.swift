import AsyncRuntime
import AsyncTopBus

extension Reports {
  /// A program in which tasks wait for each other in all ways there are.
  nonisolated static func primitives() throws {
    let lines = try AsyncRuntime.run {
      waitForEachOther()
      // Until every other task has begun, and waits.
      for _ in 0..<3 { try await sleep(.zero) }
      guard let session = LiveSession(ownProcess: ()) else { return ["no region"] }
      let lines = describe(session.snapshot())
      for task in allTasks() where task !== currentTask() { task.cancel() }
      return lines
    }
    for line in lines { print(line) }
  }

  private static func waitForEachOther() {
    let (event, condition) = (Event(name: "signal"), Condition(name: "stock"))
    let (semaphore, barrier) = (AsyncSemaphore(2, name: "slots"), Barrier(3, name: "start"))
    createTask(name: "listener") { try await event.wait() }
    createTask(name: "notified") {
      try await condition.withLock { try await condition.wait() }
    }
    for number in 1...3 {
      createTask(name: "slot \(number)") {
        try await semaphore.withPermit { try await sleep(.seconds(3600)) }
      }
    }
    for number in 1...2 {
      createTask(name: "runner \(number)") { try await barrier.wait() }
    }
    let queue = PriorityQueue<Int>(name: "least")
    createTask(name: "getter") { try await queue.get() }
  }
}
