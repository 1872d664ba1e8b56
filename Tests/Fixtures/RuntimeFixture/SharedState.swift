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
