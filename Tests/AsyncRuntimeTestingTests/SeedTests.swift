import AsyncRuntime
import Testing

@testable import AsyncRuntimeTesting

@Suite struct `Seeds` {
  struct Broken: Error {}

  /// The order in which ten tasks begin.
  private static func order(_ seed: Seed?) async throws -> [Int] {
    try await withVirtualTime(seed: seed) {
      let order = Record<Int>()
      let tasks = (0..<10).map { number in
        createTask { order.add(number) }
      }
      for task in tasks { try await task.value }
      return order.items
    }
  }

  @Test func `change the order in which ready tasks run, the same way again`() async throws {
    let plain = try await Self.order(nil)
    #expect(plain == Array(0..<10))
    let (one, again, two) = (
      try await Self.order(1), try await Self.order(1), try await Self.order(2)
    )
    #expect(one == again)
    #expect(one != plain && two != plain && one != two)
    #expect(one.sorted() == plain)
  }

  @Test(arguments: Seed.first(20))
  func `leave the order of callbacks`(seed: Seed) async throws {
    let order = try await withVirtualTime(seed: seed) {
      let order = Record<Int>()
      let loop = try #require(EventLoop.running)
      for number in 0..<10 {
        createTask {}
        loop.callSoon { order.add(number) }
      }
      try await sleep(.zero)
      return order.items
    }
    #expect(order == Array(0..<10))
  }

  @Test(arguments: Seed.first(20))
  func `leave a task that gives way behind what was ready`(seed: Seed) async throws {
    try await withVirtualTime(seed: seed) {
      let begun = Record<Int>()
      for number in 0..<10 { createTask { begun.add(number) } }
      try await sleep(.zero)
      #expect(begun.items.count == 10)
    }
  }

  @Test func `change the order of sleepers that wake together`() async throws {
    let orders = Record<[Int]>()
    try await forEachSeed(10) { _ in
      let order = Record<Int>()
      let tasks = (0..<5).map { number in
        createTask {
          try await sleep(.seconds(1))
          order.add(number)
        }
      }
      for task in tasks { try await task.value }
      orders.add(order.items)
    }
    #expect(Set(orders.items).count > 5)
  }

  @Test func `find a bug of order, and say which it was`() async throws {
    let failure = await #expect(throws: SeedFailure.self) {
      try await forEachSeed(100) { _ in
        let first = Record<Bool>()
        createTask { first.add(true) }
        let second = createTask {
          guard first.items == [true] else { throw Broken() }
        }
        try await second.value
      }
    }
    let text = try #require(failure?.description)
    let seed = try #require(failure?.seed)
    #expect(text.hasPrefix("with seed \(seed) (to repeat it, set ASYNCTESTING_SEED=\(seed)): "))
    #expect(failure?.error is Broken)
  }

  @Test func `come from the environment if it names one`() {
    #expect(Seed.seeds(3, environment: nil) == [0, 1, 2])
    #expect(Seed.seeds(3, environment: "17") == [17])
    #expect(Seed.seeds(2, environment: "seventeen") == [0, 1])
  }
}
