import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Barriers` {
  /// Tasks that wait once each.
  static func waiting(_ barrier: Barrier, _ count: Int) -> [AsyncTask<Int>] {
    (0..<count).map { _ in createTask { try await barrier.wait() } }
  }

  static func indexes(_ tasks: [AsyncTask<Int>]) async throws -> [Int] {
    var indexes: [Int] = []
    for task in tasks { indexes.append(try await task.value) }
    return indexes
  }

  @Test func `let all go on when the last has come, each with its index`() async throws {
    try await withVirtualTime {
      let barrier = Barrier(3)
      let early = Self.waiting(barrier, 2)
      try await EventLoop.settle()
      #expect(barrier.waitingCount == 2 && !early[0].isDone)
      let index = try await barrier.wait()
      #expect(index == 2)
      let indexes = try await Self.indexes(early)
      #expect(indexes == [0, 1])
      #expect(barrier.waitingCount == 0 && !barrier.isBroken)
    }
  }

  @Test func `of one let it go on at once`() async throws {
    try await withVirtualTime {
      let barrier = Barrier(1)
      for _ in 0..<3 {
        let index = try await barrier.wait()
        #expect(index == 0)
      }
      #expect(barrier.statistics.phase == .filling)
    }
  }

  @Test func `work again and again`() async throws {
    try await withVirtualTime {
      let barrier = Barrier(3)
      let tasks = (0..<3).map { _ in
        createTask {
          var sum = 0
          for _ in 0..<5 { sum += try await barrier.wait() }
          return sum
        }
      }
      let indexes = try await Self.indexes(tasks).reduce(0, +)
      #expect(indexes == 5 * 3)
      #expect(barrier.statistics.phase == .filling && barrier.statistics.arrived == 0)
    }
  }

  @Test func `let newcomers wait while they drain`() async throws {
    try await withVirtualTime {
      let barrier = Barrier(2)
      let first = Self.waiting(barrier, 1)
      try await EventLoop.settle()
      let index = try await barrier.wait()
      #expect(index == 1)
      #expect(barrier.statistics.phase == .draining && barrier.waitingCount == 0)
      let newcomer = createTask { try await barrier.wait() }
      let indexes = try await Self.indexes(first)
      #expect(indexes == [0])
      try await EventLoop.settle()
      #expect(barrier.waitingCount == 1)
      let again = try await barrier.wait()
      #expect(again == 1)
      #expect(try await newcomer.value == 0)
    }
  }

  @Test func `let who is cancelled leave, and wait for another one`() async throws {
    try await withVirtualTime {
      let barrier = Barrier(3)
      let tasks = Self.waiting(barrier, 2)
      try await EventLoop.settle()
      tasks[0].cancel()
      await #expect(throws: CancellationError.self) { try await tasks[0].value }
      #expect(barrier.waitingCount == 1 && !barrier.isBroken)
      let late = Self.waiting(barrier, 2)
      let indexes = try await Self.indexes([tasks[1]] + late)
      #expect(Set(indexes) == [0, 1, 2])
    }
  }

  @Test func `do not count who is cancelled and has not run since`() async throws {
    try await withVirtualTime {
      let barrier = Barrier(2)
      let tasks = Self.waiting(barrier, 1)
      try await EventLoop.settle()
      tasks[0].cancel()
      #expect(barrier.waitingCount == 0)
      let late = Self.waiting(barrier, 1)
      try await EventLoop.settle()
      #expect(!late[0].isDone && barrier.waitingCount == 1)
    }
  }

  @Test func `let the others go on if one is cancelled after it was let go`() async throws {
    try await withVirtualTime {
      let barrier = Barrier(3)
      let early = Self.waiting(barrier, 2)
      try await EventLoop.settle()
      try await barrier.wait()
      early[0].cancel()
      await #expect(throws: CancellationError.self) { try await early[0].value }
      #expect(try await early[1].value == 0)
      #expect(barrier.statistics.phase == .filling)
    }
  }

  @Test func `are for at least one`() async {
    await #expect(processExitsWith: .failure) { _ = Barrier(0) }
  }
}

@Suite struct `Broken barriers` {
  @Test func `fail those that wait and those that come, until they are reset`() async throws {
    try await withVirtualTime {
      let barrier = Barrier(3)
      let early = `Barriers`.waiting(barrier, 2)
      try await EventLoop.settle()
      barrier.abort()
      #expect(barrier.isBroken && barrier.waitingCount == 0)
      for task in early {
        await #expect(throws: BrokenBarrierError.self) { try await task.value }
      }
      await #expect(throws: BrokenBarrierError.self) { try await barrier.wait() }
      barrier.reset()
      #expect(!barrier.isBroken)
      let late = `Barriers`.waiting(barrier, 3)
      let indexes = try await `Barriers`.indexes(late)
      #expect(indexes == [0, 1, 2])
    }
  }

  @Test func `fail who has not left yet while they drain`() async throws {
    try await withVirtualTime {
      let barrier = Barrier(3)
      let early = `Barriers`.waiting(barrier, 2)
      try await EventLoop.settle()
      let index = try await barrier.wait()
      #expect(index == 2)
      barrier.abort()
      for task in early {
        await #expect(throws: BrokenBarrierError.self) { try await task.value }
      }
      #expect(barrier.isBroken)
    }
  }

  @Test func `fail newcomers that waited for them to drain`() async throws {
    try await withVirtualTime {
      let barrier = Barrier(2)
      let early = `Barriers`.waiting(barrier, 1)
      try await EventLoop.settle()
      let (last, newcomer) = (createTask { try await barrier.wait() }, Order())
      createTask {
        do { try await barrier.wait() } catch { newcomer.add("\(error)") }
      }
      createTask { barrier.abort() }
      try await EventLoop.settle()
      #expect(try await last.value == 1)
      #expect(newcomer.items == ["the barrier was aborted or reset"])
      #expect(early[0].isDone)
    }
  }
}

@Suite struct `Reset barriers` {
  @Test func `fail those that wait and are as new`() async throws {
    try await withVirtualTime {
      let barrier = Barrier(3)
      let early = `Barriers`.waiting(barrier, 2)
      try await EventLoop.settle()
      barrier.reset()
      #expect(barrier.statistics.phase == .resetting && !barrier.isBroken)
      let late = `Barriers`.waiting(barrier, 3)
      for task in early {
        await #expect(throws: BrokenBarrierError.self) { try await task.value }
      }
      let indexes = try await `Barriers`.indexes(late)
      #expect(indexes == [0, 1, 2])
    }
  }

  @Test func `fail who has not left yet while they drain`() async throws {
    try await withVirtualTime {
      let barrier = Barrier(3)
      let early = `Barriers`.waiting(barrier, 2)
      try await EventLoop.settle()
      try await barrier.wait()
      barrier.reset()
      for task in early {
        await #expect(throws: BrokenBarrierError.self) { try await task.value }
      }
      #expect(barrier.statistics.phase == .filling)
    }
  }

  @Test func `are not changed if nobody waits`() async throws {
    try await withVirtualTime {
      let barrier = Barrier(2)
      barrier.reset()
      #expect(barrier.statistics.phase == .filling)
      let indexes = try await `Barriers`.indexes(`Barriers`.waiting(barrier, 2))
      #expect(indexes == [0, 1])
    }
  }

  @Test func `are not broken any more when those have left that had failed`() async throws {
    try await withVirtualTime {
      let barrier = Barrier(2)
      let early = `Barriers`.waiting(barrier, 1)
      try await EventLoop.settle()
      barrier.abort()
      barrier.reset()
      #expect(barrier.statistics.phase == .resetting)
      await #expect(throws: BrokenBarrierError.self) { try await early[0].value }
      #expect(barrier.statistics.phase == .filling)
    }
  }
}
