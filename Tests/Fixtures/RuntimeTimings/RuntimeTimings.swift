import AsyncRuntime

/// What the runtime's operations cost, in nanoseconds each, the best of several rounds.
///
/// To be built for release and run by hand, with `ASYNCTOP=off` and without; all of them, or those
/// that are named.
@main
struct RuntimeTimings {
  static func main() throws {
    try AsyncRuntime.run {
      try await timeTasks()
      try await timeTimers()
      try await timeStreams()
    }
  }

  @MainActor
  static func time(_ what: String, _ count: Int, _ body: () async throws -> Void) async throws {
    let named = CommandLine.arguments.dropFirst()
    guard let loop = EventLoop.running, named.isEmpty || named.contains(what) else { return }
    var best = Duration.seconds(3600)
    for _ in 0..<5 {
      let start = loop.now
      try await body()
      best = min(best, loop.now - start)
    }
    let nanoseconds =
      Double(best.components.attoseconds) / 1e9 + Double(best.components.seconds) * 1e9
    let each = (nanoseconds / Double(count) * 10).rounded() / 10
    print("\(what): \(each) ns")
  }

  @MainActor
  static func timeTasks() async throws {
    let count = 100_000
    try await time("spawn and join, native", count) {
      for _ in 0..<count { await Task {}.value }
    }
    try await time("spawn and join", count) {
      for _ in 0..<count { try await createTask {}.value }
    }
    try await time("spawn in a native group", count) {
      await withDiscardingTaskGroup { group in
        for _ in 0..<count { group.addTask { @MainActor in } }
      }
    }
    try await time("spawn in a group", count) {
      try await withAsyncTaskGroup { group in
        for _ in 0..<count { try group.createTask {} }
      }
    }
    try await time("spawn eagerly in a group", count) {
      try await withAsyncTaskGroup { group in
        for _ in 0..<count { try group.createTask(eagerly: true) {} }
      }
    }
    try await time("cancel", count) {
      let tasks = (0..<count).map { _ in createTask { try await sleep(.seconds(60)) } }
      try await sleep(.zero)
      for task in tasks { task.cancel() }
      for task in tasks { _ = try? await task.value }
    }
    try await time("yield, native", count) {
      for _ in 0..<count { await Task.yield() }
    }
    try await time("yield", count) {
      for _ in 0..<count { try await sleep(.zero) }
    }
    try await time("yield, 100 tasks", count) {
      try await withAsyncTaskGroup { group in
        for _ in 0..<100 {
          try group.createTask { for _ in 0..<count / 100 { try await sleep(.zero) } }
        }
      }
    }
    try await time("queue, put to get", count) {
      let queue = Queue<Int>(capacity: 64)
      try await withAsyncTaskGroup { group in
        try group.createTask { for number in 0..<count { try await queue.put(number) } }
        try group.createTask { for _ in 0..<count { _ = try await queue.get() } }
      }
    }
  }

  @MainActor
  static func timeTimers() async throws {
    guard let loop = EventLoop.running else { return }
    for count in [100_000, 1_000_000] {
      var handles: [TimerHandle] = []
      handles.reserveCapacity(count)
      try await time("arm, \(count) pending", count) {
        for handle in handles { handle.cancel() }
        handles.removeAll(keepingCapacity: true)
        for number in 0..<count {
          handles.append(loop.callLater(.microseconds(60_000_000 + number * 37 % 1_000_003)) {})
        }
      }
      for handle in handles { handle.cancel() }
      try await time("arm and cancel", count) {
        for number in 0..<count {
          loop.callLater(.microseconds(60_000_000 + number * 37 % 1_000_003)) {}.cancel()
        }
      }
    }
    try await time("timeout around nothing", 100_000) {
      for _ in 0..<100_000 { try await withTimeout(.seconds(60)) {} }
    }
    try await time("sleep of 10000 tasks", 10_000) {
      try await withAsyncTaskGroup { group in
        for number in 0..<10_000 {
          try group.createTask { try await sleep(.microseconds(number % 100)) }
        }
      }
    }
  }

  @MainActor
  static func timeStreams() async throws {
    let server = try await startServer(host: "127.0.0.1", port: 0) { reader, writer in
      while case let bytes = try await reader.read(65536), !bytes.isEmpty { writer.write(bytes) }
    }
    let message = [UInt8](repeating: 7, count: 1024)
    for connections in [1, 32, 512] {
      let turns = 40_000 / connections
      try await time("echo of 1 KiB, \(connections) connections", turns * connections) {
        try await withAsyncTaskGroup { group in
          for _ in 0..<connections {
            try group.createTask {
              let (reader, writer) = try await openConnection(host: "127.0.0.1", port: server.port)
              for _ in 0..<turns {
                writer.write(message)
                _ = try await reader.readExactly(1024)
              }
              writer.close()
            }
          }
        }
      }
    }
    server.close()
  }
}
