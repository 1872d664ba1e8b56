import AsyncRuntime
import AsyncRuntimeTesting
import Testing

/// Values that are forgotten after a while.
@MainActor final class Cache {
  private var values: [String: Int] = [:]
  private let lifetime: Duration

  init(lifetime: Duration) {
    self.lifetime = lifetime
  }

  subscript(key: String) -> Int? {
    get { values[key] }
    set {
      values[key] = newValue
      createTask(name: "forget \(key)") {
        try await sleep(self.lifetime)
        self.values[key] = nil
      }
    }
  }
}

@Suite @MainActor struct `The cache` {
  // An hour passes at once.
  @Test func `forgets after an hour`() async throws {
    try await withVirtualTime(on: MainActor.self) {
      let cache = Cache(lifetime: .seconds(3600))
      cache["a"] = 1
      try await sleep(.seconds(3599))
      #expect(cache["a"] == 1)
      try await sleep(.seconds(2))
      #expect(cache["a"] == nil)
    }
  }

  // Ten orders in which tasks may run that are ready together.
  @Test(arguments: Seed.first(10))
  func `has the value of whoever was last`(seed: Seed) async throws {
    try await withVirtualTime(on: MainActor.self, seed: seed) {
      let cache = Cache(lifetime: .seconds(3600))
      // Fails if a task, a timer or a callback outlives the body, and says which.
      try await assertNoLeakedTasks {
        try await withAsyncTaskGroup { group in
          for number in 1...3 { try group.createTask { cache["a"] = number } }
        }
        #expect(cache["a"] != nil)
        try await sleep(.seconds(3601))
      }
    }
  }
}
