import AsyncRuntime

/// A buffer with room for three: nothing is lost, and nobody waits for what is there.
///
/// Sendable:
/// 1. `buffer` is only touched by who holds the lock,
/// 2. and at last when all have ended.
final class ConditionTrial: Trial, @unchecked Sendable {
  let name = "condition"
  private let hasRoom: Condition
  private let hasItems: Condition
  private let ledger = Ledger()
  private var buffer: [Int] = []

  init() {
    hasRoom = Condition()
    hasItems = Condition(lock: hasRoom.lock)
  }

  func act(_ worker: Int) async throws {
    try await hasRoom.withLock {
      try await hasRoom.wait { buffer.count < 3 }
      put()
    }
    try await hasItems.withLock {
      try await hasItems.wait { !buffer.isEmpty }
      take()
    }
  }

  // What a cancelled one has left behind, or who waits for what was taken away here.
  func nudge() async throws {
    try await hasRoom.withLock { if buffer.isEmpty { put() } else { take() } }
  }

  func verdict() -> String {
    while !buffer.isEmpty { ledger.take(buffer.removeLast()) }
    let waiters = hasRoom.statistics.waiters + hasItems.statistics.waiters
    return "balanced \(ledger.isBalanced), \(waiters) wait, held \(hasRoom.isLocked)"
  }

  private func put() {
    let number = ledger.number
    ledger.give(number)
    buffer.append(number)
    hasItems.notify()
  }

  private func take() {
    ledger.take(buffer.removeFirst())
    hasRoom.notify()
  }
}
