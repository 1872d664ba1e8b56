import AsyncRuntime

/// Nothing is lost, and nothing is got twice.
final class QueueTrial: Trial {
  let name: String
  private let queue: Queue<Int>
  private let ledger = Ledger()

  init(_ name: String, _ queue: Queue<Int>) {
    self.name = name
    self.queue = queue
  }

  func act(_ worker: Int) async throws {
    let number = ledger.number
    try await queue.put(number)
    ledger.give(number)
    ledger.take(try await queue.get())
    queue.taskDone()
  }

  // What a cancelled one has left behind, or who waits for what was taken away here.
  func nudge() {
    if let number = try? queue.getNowait() {
      ledger.take(number)
      queue.taskDone()
    } else if queue.statistics.getters > 0 {
      let number = ledger.number
      // Others may have filled it meanwhile.
      if (try? queue.putNowait(number)) != nil { ledger.give(number) }
    }
  }

  func verdict() -> String {
    let isRight = queue.statistics.unfinished == queue.count
    while let number = try? queue.getNowait() { ledger.take(number) }
    let statistics = queue.statistics
    return "balanced \(ledger.isBalanced), \(statistics.getters + statistics.putters) wait,"
      + " unfinished right \(isRight)"
  }
}
