import AsyncRuntime
import Synchronization
import Testing

@Suite struct `Many threads at once` {
  final class Tally: Sendable {
    let called = Atomic<Int>(0)
    let freed = Atomic<Int>(0)
  }

  final class Counted: Sendable {
    let tally: Tally

    init(_ tally: Tally) {
      self.tally = tally
    }

    deinit {
      tally.freed.add(1, ordering: .relaxed)
    }
  }

  @Test func `lose and leak no call, also while the loop closes`() async throws {
    let (threads, calls) = (4, 2000)
    let tally = Tally()
    let called = try await Runner.onOwnThread {
      let pool = ThreadPool(threadLimit: threads)
      let runner = try Runner()
      let loop = try runner.loop
      try runner.run {
        let enough = try Future<Void>()
        for _ in 0..<threads {
          _ = try pool.submit {
            for _ in 0..<calls {
              let counted = Counted(tally)
              loop.callSoonThreadsafe {
                counted.tally.called.add(1, ordering: .relaxed)
                if tally.called.load(ordering: .relaxed) == calls { try enough.setResult(()) }
              }
            }
          }
        }
        try await enough.value
      }
      runner.close()
      pool.shutDown()
      return tally.called.load(ordering: .relaxed)
    }
    #expect((calls...threads * calls).contains(called))
    #expect(tally.freed.load(ordering: .relaxed) == threads * calls)
  }

  @Test func `get what the tasks they asked for return`() async throws {
    let sum = try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let sums = try (0..<4).map { thread in
        try loop.runInExecutor {
          try (0..<200).reduce(0) { sum, number in
            let future = runCoroutineThreadsafe(on: loop) {
              try await sleep(.zero)
              return thread + number
            }
            return try sum + future.result(timeout: .seconds(60))
          }
        }
      }
      var sum = 0
      for future in sums { sum += try await future.value }
      return sum
    }
    #expect(sum == 4 * (0..<200).reduce(0, +) + 200 * (0 + 1 + 2 + 3))
  }

  @Test func `call what is cancelled meanwhile once or not at all`() throws {
    let callers = ThreadPool(name: "callers", threadLimit: 4)
    let pool = ThreadPool(threadLimit: 3)
    let outcomes = try (0..<4).map { caller in
      try callers.submit {
        try (0..<500).map { number in
          let tally = Tally()
          let future = try pool.submit { _ = tally.called.add(1, ordering: .relaxed) }
          if number % 3 == caller % 3 { future.cancel() }
          return (future, tally)
        }
      }
    }
    var cancelled = 0
    for (future, tally) in try outcomes.flatMap({ try $0.result(timeout: .seconds(60)) }) {
      if future.isCancelled {
        cancelled += 1
      } else {
        try future.result(timeout: .seconds(60))
      }
      #expect(tally.called.load(ordering: .relaxed) == (future.isCancelled ? 0 : 1))
    }
    #expect(cancelled <= 4 * 167)
    #expect(pool.shutDown() && callers.shutDown())
  }
}
