/// Swift's own tasks on Swift's own executor.
enum NativeWorkloads {
  private static let operations = 100_000
  private static let rounds = 5

  static func run() async {
    if let counted = ProbeWorkload.counted {
      await (counted.name == "yield" ? yield : churn)(counted.operations)
      return
    }
    ProbeWorkload.waitForObserver()
    await measure("yield") { await yield(operations) }
    await measure("yield-100") {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<100 {
          group.addTask { for _ in 0..<operations / 100 { await Task.yield() } }
        }
      }
    }
    await measure("churn") { await churn(operations) }
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

  private static func yield(_ operations: Int) async {
    for _ in 0..<operations { await Task.yield() }
  }

  private static func churn(_ operations: Int) async {
    for number in 0..<operations { _ = await Task.detached { number }.value }
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
