import AsyncRuntime

/// The workloads on AsyncRuntime's loop.
@MainActor
enum LoopWorkloads {
  static func run() async throws {
    if Measurement.isWanted("bytes-per-idle-task") { try await memory() }
    try await Measurement.measure("spawn-join", operations: 50_000) {
      for number in 0..<50_000 { _ = try await createTask { number }.value }
    }
    try await Measurement.measure("spawn-all", operations: 50_000) {
      let tasks = (0..<50_000).map { number in createTask { number } }
      for task in tasks { _ = try await task.value }
    }
    try await Measurement.measure("yield", operations: 200_000) { try await yields(200_000) }
    try await Measurement.measure("group-100", operations: 100_000) {
      try await withAsyncTaskGroup { group in
        for _ in 0..<100 { try group.createTask { try await yields(1000) } }
      }
    }
    try await Measurement.measure("queue", operations: 100_000) { try await queue() }
    try await Measurement.measure("lock", operations: 20_000) { try await lock() }
    try await Measurement.measure("event", operations: 40_000) { try await event() }
    try await timers(beside: 100_000)
    try await timers(beside: 1_000_000)
    guard Measurement.isWanted("cancel-100000") else { return }
    var best = UInt64.max
    for _ in 0..<3 { best = min(best, try await cancel()) }
    Measurement.report("cancel-100000", Double(best) / 100_000)
  }

  private static func yields(_ count: Int) async throws {
    for _ in 0..<count { try await sleep(.zero) }
  }

  private static func queue() async throws {
    let items = Queue<Int>(capacity: 1)
    let producer = createTask {
      for number in 0..<100_000 { try await items.put(number) }
    }
    for _ in 0..<100_000 { _ = try await items.get() }
    try await producer.value
  }

  private static func lock() async throws {
    let lock = Lock()
    try await withAsyncTaskGroup { group in
      for _ in 0..<20 {
        try group.createTask {
          for _ in 0..<1000 { try await lock.withLock { try await sleep(.zero) } }
        }
      }
    }
  }

  private static func event() async throws {
    let turns = [Event(), Event()]
    turns[0].set()
    try await withAsyncTaskGroup { group in
      for own in 0..<2 {
        try group.createTask {
          for _ in 0..<20_000 {
            try await turns[own].wait()
            turns[own].clear()
            turns[1 - own].set()
          }
        }
      }
    }
  }

  // Arms and cancels timers beside others that stay pending.
  private static func timers(beside pending: Int) async throws {
    guard let loop = EventLoop.running, Measurement.isWanted("timer-\(pending)") else { return }
    let others = (0..<pending).map { loop.callLater(.seconds(1000 + $0 % 1000)) {} }
    await Measurement.measure("timer-\(pending)", operations: 20_000) {
      let handles = (0..<20_000).map { loop.callLater(.seconds(500 + $0 % 100)) {} }
      for handle in handles { handle.cancel() }
    }
    for handle in others { handle.cancel() }
  }

  private static func cancel() async throws -> UInt64 {
    let tasks = (0..<100_000).map { _ in createTask { try await sleep(.seconds(1000)) } }
    try await sleep(.zero)
    let start = Measurement.processorTime
    for task in tasks { task.cancel() }
    for task in tasks { _ = try? await task.value }
    return Measurement.processorTime - start
  }

  private static func memory() async throws {
    let before = Measurement.resident
    let event = Event()
    let tasks = (0..<100_000).map { _ in createTask { try await event.wait() } }
    try await sleep(.zero)
    Measurement.report("bytes-per-idle-task", (Measurement.resident - before) / 100_000)
    event.set()
    for task in tasks { try await task.value }
  }
}
