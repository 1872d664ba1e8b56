/// The workloads that Swift's own tasks can do, on Swift's own executor.
enum NativeWorkloads {
  static func run() async {
    if Measurement.isWanted("bytes-per-idle-task") { await memory() }
    await Measurement.measure("spawn-join", operations: 50_000) {
      for number in 0..<50_000 { _ = await Task { number }.value }
    }
    await Measurement.measure("spawn-all", operations: 50_000) {
      for task in (0..<50_000).map({ number in Task { number } }) { _ = await task.value }
    }
    await Measurement.measure("yield", operations: 200_000) {
      for _ in 0..<200_000 { await Task.yield() }
    }
    await Measurement.measure("group-100", operations: 100_000) {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<100 { group.addTask { for _ in 0..<1000 { await Task.yield() } } }
      }
    }
    guard Measurement.isWanted("cancel-100000") else { return }
    var best = UInt64.max
    for _ in 0..<3 { best = min(best, await cancel()) }
    Measurement.report("cancel-100000", Double(best) / 100_000)
  }

  private static func sleepers() -> [Task<Void, any Error>] {
    (0..<100_000).map { _ in Task { try await Task.sleep(for: .seconds(1000)) } }
  }

  private static func cancel() async -> UInt64 {
    let tasks = sleepers()
    try? await Task.sleep(for: .milliseconds(500))
    let start = Measurement.processorTime
    for task in tasks { task.cancel() }
    for task in tasks { _ = await task.result }
    return Measurement.processorTime - start
  }

  private static func memory() async {
    let before = Measurement.resident
    let (stream, end) = AsyncStream<Void>.makeStream()
    let gate = Task { for await _ in stream {} }
    let tasks = (0..<100_000).map { _ in Task { await gate.value } }
    try? await Task.sleep(for: .milliseconds(500))
    Measurement.report("bytes-per-idle-task", (Measurement.resident - before) / 100_000)
    end.finish()
    for task in tasks { await task.value }
  }
}
