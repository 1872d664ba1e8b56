import AsyncRuntime

/// Who holds the lock is alone, and sees what the one before wrote.
///
/// Sendable:
/// 1. `count` is only touched by who holds the lock,
/// 2. and at last when all have ended.
final class LockTrial: Trial, @unchecked Sendable {
  let name = "lock"
  private let lock = Lock()
  private let inside = Occupancy()
  private var count = 0

  func act(_ worker: Int) async throws {
    try await lock.withLock {
      inside.enter()
      let before = count
      if worker % 2 == 0 { await Task.yield() }
      count = before + 1
      inside.leave()
    }
  }

  func nudge() {}

  func verdict() -> String {
    "\(inside.maximum) at once, all counted \(count == inside.total), held \(lock.isLocked)"
  }
}

/// No more are inside than there are permits, and all are given back.
final class SemaphoreTrial: Trial {
  let name = "semaphore"
  private let semaphore = BoundedSemaphore(3)
  private let inside = Occupancy()

  func act(_ worker: Int) async throws {
    try await semaphore.withPermit {
      inside.enter()
      if worker % 2 == 0 { await Task.yield() }
      inside.leave()
    }
  }

  func nudge() {}

  func verdict() -> String {
    "within limit \(inside.maximum <= 3), \(semaphore.statistics.permits) free"
  }
}
