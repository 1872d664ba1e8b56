/// Swift's own tasks on Swift's own executor.
enum NativeWorkloads {
  private static let operations = 100_000
  private static let rounds = 5

  static func run() async {
    ProbeWorkload.waitForObserver()
    await measure("yield") {
      for _ in 0..<operations { await Task.yield() }
    }
    await measure("yield-100") {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<100 {
          group.addTask { for _ in 0..<operations / 100 { await Task.yield() } }
        }
      }
    }
    await measure("churn") {
      for number in 0..<operations { _ = await Task.detached { number }.value }
    }
    await measure("group") {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<operations { group.addTask {} }
      }
    }
    await measure("async-let") {
      for number in 0..<operations {
        async let value = number
        _ = await value
      }
    }
  }

  private static func measure(_ name: String, _ body: @Sendable () async -> Void) async {
    await body()
    var best = UInt64.max
    for _ in 0..<rounds {
      let start = ProbeWorkload.processorTime
      await body()
      best = min(best, ProbeWorkload.processorTime - start)
    }
    ProbeWorkload.report(name, best, operations: operations)
  }
}
