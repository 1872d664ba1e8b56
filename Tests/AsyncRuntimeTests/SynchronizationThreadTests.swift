import AsyncRuntime
import Testing

@Suite struct `Synchronisation between threads` {
  @Test func `excludes the tasks of two loops and native tasks`() async throws {
    let lock = Lock()
    let total = Total()
    let add: @Sendable () async throws -> Void = {
      for _ in 0..<500 {
        try await lock.withLock {
          let before = total.value
          await Task.yield()
          total.value = before + 1
        }
      }
    }
    async let first: Void = onOwnLoop(add)
    async let second: Void = onOwnLoop(add)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 { group.addTask { try await add() } }
      try await group.waitForAll()
    }
    _ = try await (first, second)
    #expect(total.value == 2000)
    #expect(!lock.isLocked)
  }

  @Test func `ends the wait of a native task that is cancelled, without any loop`() async throws {
    let lock = Lock()
    try await lock.acquire()
    let waiting = Task { try await lock.acquire() }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    lock.release()
    #expect(!lock.isLocked)
  }

  @Test func `hands items from a loop to native tasks and back`() async throws {
    let (requests, answers) = (Queue<Int>(capacity: 3), Queue<Int>(capacity: 2))
    let server = Task {
      for try await request in requests { try await answers.put(request * request) }
      answers.shutDown()
    }
    let sum = try await onOwnLoop {
      let client = createTask {
        for number in 1...100 { try await requests.put(number) }
        requests.shutDown()
      }
      var sum = 0
      for try await answer in answers { sum += answer }
      try await client.value
      return sum
    }
    try await server.value
    #expect(sum == 338_350)
  }

  @Test func `brings tasks of two loops and native tasks together`() async throws {
    let barrier = Barrier(4)
    let rounds: @Sendable () async throws -> Int = {
      var sum = 0
      for _ in 0..<200 { sum += try await barrier.wait() }
      return sum
    }
    async let first = onOwnLoop(rounds)
    async let second = onOwnLoop(rounds)
    async let third = rounds()
    async let fourth = rounds()
    let sum = try await first + second + third + fourth
    #expect(sum == 200 * 6)
  }

  @Test func `wakes a loop that sleeps`() async throws {
    let (isThere, answer) = (Event(), Event())
    async let loop: Void = onOwnLoop {
      isThere.set()
      try await answer.wait()
    }
    try await isThere.wait()
    answer.set()
    try await loop
  }

  // Not synchronised: that is for the lock to do.
  // 1. Touched only by who holds the lock that is tested,
  // 2. and by the test after all tasks have ended.
  private final class Total: @unchecked Sendable {
    var value = 0
  }
}

@Suite struct `Synchronisation under stress` {
  @Test(arguments: [true, false])
  func `loses and doubles nothing, whoever is cancelled on four threads`(probe: Bool) async throws {
    let run = try await Fixture.run("stress", probe: probe)
    #expect(
      run.output == [
        "lock: 1 at once, all counted true, held false",
        "semaphore: within limit true, 3 free",
        "event: 0 wait",
        "barrier: no index twice true, 0 inside, filling",
        "condition: balanced true, 0 wait, held false",
        "queue: balanced true, 0 wait, unfinished right true",
        "stack: balanced true, 0 wait, unfinished right true",
        "heap: balanced true, 0 wait, unfinished right true",
      ])
    #expect(run.errors.isEmpty && run.status == 0)
  }
}
