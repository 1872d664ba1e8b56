import AsyncRuntime

/// A variable that tasks share, in a runner of the main thread's.
enum SharedState {
  static func main() throws {
    let runner = try Runner()
    defer { runner.close() }
    print("counted to \(try runner.run(count))")
  }

  @MainActor
  private static func count() async throws -> Int {
    var count = 0
    let first = createTask { count += 1 }
    let second = createTask { count += 2 }
    try await first.value
    try await second.value
    return count
  }
}

/// What a program set on the main thread's loop, which its next runner uses again.
enum SettingsOfBefore {
  static func main() throws {
    for number in 1...2 {
      let runner = try Runner()
      defer { runner.close() }
      let loop = try runner.loop
      print(
        "\(number): \(loop.slowCallbackDuration), \(loop.taskFactory == nil), \(loop.isDebugging)")
      loop.slowCallbackDuration = .seconds(5)
      loop.taskFactory = EventLoop.eagerTaskFactory
      loop.isDebugging = true
      try runner.run { try await sleep(0) }
    }
  }
}
