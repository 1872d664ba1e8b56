import AsyncRuntime
import AsyncRuntimeTesting
import Testing

/// What must hold in whatever order tasks run that are ready together, and whoever is cancelled.
@Suite struct `In any order` {
  static let seeds = Seed.first(40)

  /// What a test changes from several tasks.
  ///
  /// They all run on the loop of one test,
  /// and so never at once.
  private final class Counter: @unchecked Sendable {
    var now = 0
    var most = 0
    var all = 0

    func enter() {
      now += 1
      all += 1
      most = max(most, now)
    }

    func leave() { now -= 1 }
  }

  /// Whether the task of this number is to be cancelled, for a third of them.
  private static func isVictim(_ number: Int, _ seed: Seed) -> Bool {
    (UInt64(number) &+ 1) &* (seed.value &+ 7) &* 0x9e37_79b9 % 1021 % 3 == 0
  }

  /// Cancels a third of the tasks, at several moments, and waits for all.
  private static func disturb(_ tasks: [AsyncTask<Void>], _ seed: Seed) async throws {
    for (number, task) in tasks.enumerated() where isVictim(number, seed) {
      try await sleep(.zero)
      task.cancel()
    }
    for task in tasks { try? await task.value }
  }

  @Test(arguments: seeds)
  func `a lock is held by one, and by nobody in the end`(seed: Seed) async throws {
    try await withVirtualTime(seed: seed) {
      try await assertNoLeakedTasks {
        let (lock, inside) = (Lock(), Counter())
        let tasks = (0..<12).map { _ in
          createTask {
            for _ in 0..<3 {
              try await lock.withLock {
                inside.enter()
                defer { inside.leave() }
                try await sleep(.zero)
              }
            }
          }
        }
        try await Self.disturb(tasks, seed)
        #expect(inside.most == 1 && inside.now == 0 && !lock.isLocked)
        #expect(lock.statistics.waiters == 0)
      }
    }
  }

  @Test(arguments: seeds)
  func `a semaphore lets in as many as it has permits, and loses none`(seed: Seed) async throws {
    try await withVirtualTime(seed: seed) {
      try await assertNoLeakedTasks {
        let (semaphore, inside) = (AsyncSemaphore(3), Counter())
        let tasks = (0..<15).map { _ in
          createTask {
            for _ in 0..<3 {
              try await semaphore.withPermit {
                inside.enter()
                defer { inside.leave() }
                try await sleep(.zero)
              }
            }
          }
        }
        try await Self.disturb(tasks, seed)
        #expect(inside.most <= 3 && inside.now == 0)
        for _ in 0..<3 { #expect(semaphore.tryAcquire()) }
        #expect(!semaphore.tryAcquire())
      }
    }
  }

  @Test(arguments: seeds)
  func `a queue gives every item once, also to those that come after cancelled ones`(
    seed: Seed
  ) async throws {
    try await withVirtualTime(seed: seed) {
      try await assertNoLeakedTasks {
        let (queue, seen) = (Queue<Int>(capacity: 2), Order())
        let getters = (0..<6).map { _ in
          createTask {
            while true {
              let item = try await queue.get()
              seen.add("\(item)")
              queue.taskDone()
            }
          }
        }
        let putters = (0..<4).map { putter in
          createTask { for item in 0..<10 { try await queue.put(10 * putter + item) } }
        }
        for (number, getter) in getters.enumerated().dropLast() where Self.isVictim(number, seed) {
          try await sleep(.zero)
          getter.cancel()
        }
        for putter in putters { try await putter.value }
        try await queue.join()
        for getter in getters { getter.cancel() }
        for getter in getters { try? await getter.value }
        #expect(seen.items.compactMap(Int.init).sorted() == Array(0..<40))
        #expect(queue.isEmpty)
      }
    }
  }

  @Test(arguments: seeds)
  func `a condition wakes as many as there is something for`(seed: Seed) async throws {
    try await withVirtualTime(seed: seed) {
      try await assertNoLeakedTasks {
        let (condition, stock, taken) = (Condition(), Counter(), Counter())
        let takers = (0..<9).map { _ in
          createTask {
            try await condition.withLock {
              try await condition.wait { stock.now > 0 }
              stock.leave()
              taken.enter()
            }
          }
        }
        let victims = takers.enumerated().filter { Self.isVictim($0.offset, seed) }.map(\.element)
        for victim in victims {
          try await sleep(.zero)
          victim.cancel()
        }
        for _ in 0..<9 {
          try await condition.withLock {
            stock.enter()
            condition.notify()
          }
        }
        for taker in takers { try? await taker.value }
        #expect(taken.all + stock.now == 9 && taken.all >= 9 - victims.count)
        #expect(!condition.isLocked)
      }
    }
  }

  @Test(arguments: seeds)
  func `a barrier lets each round pass together`(seed: Seed) async throws {
    try await withVirtualTime(seed: seed) {
      try await assertNoLeakedTasks {
        let (barrier, passed) = (Barrier(4), Counter())
        let tasks = (0..<4).map { _ in
          createTask {
            for round in 1...5 {
              _ = try await barrier.wait()
              passed.enter()
              // Nobody is a round ahead of those that have not passed this one yet.
              #expect(passed.all <= 4 * round + 3 && passed.all > 4 * (round - 1))
            }
          }
        }
        for task in tasks { try await task.value }
        #expect(passed.all == 20 && barrier.waitingCount == 0)
      }
    }
  }

  @Test(arguments: seeds)
  func `a group leaves nothing behind, whoever fails first`(seed: Seed) async throws {
    struct Broken: Error {}
    try await withVirtualTime(seed: seed) {
      try await assertNoLeakedTasks {
        await #expect(throws: TaskGroupError.self) {
          try await withAsyncTaskGroup { group in
            for number in 0..<8 {
              try group.createTask {
                try await sleep(.seconds(number % 3))
                if number % 3 == 1 { throw Broken() }
              }
            }
          }
        }
        #expect(currentTask()?.cancelling == 0)
      }
    }
  }

  @Test(arguments: seeds)
  func `timeouts that expire together end in an error of their own`(seed: Seed) async throws {
    try await withVirtualTime(seed: seed) {
      try await assertNoLeakedTasks {
        let tasks = (0..<6).map { number in
          createTask {
            try await withTimeout(.seconds(1)) {
              try await withTimeout(.seconds(number % 2 + 1)) { try await sleep(.seconds(60)) }
            }
          }
        }
        for task in tasks {
          await #expect(throws: TimeoutError()) { try await task.value }
          #expect(task.cancelling == 0)
        }
      }
    }
  }
}
