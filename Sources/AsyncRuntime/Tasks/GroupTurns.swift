import AsyncTopBus

/// How many tasks of a group may run at once, and those that wait before they begin.
///
/// A turn that is given back goes straight to who waits longest, so that nobody who comes later
/// gets it first. On the loop's thread only.
final class GroupTurns {
  private let limit: Int
  private let queue = WaitQueue()
  private let resource: Probe.Resource
  private let site: UInt32
  private var taken = 0

  init(limit: Int, group: String?, site: UInt32) {
    self.limit = limit
    self.site = site
    resource = Probe.Resource(.semaphore, name: group.map { "turns of \($0)" }, site: site)
    report()
  }

  /// Takes a turn for a task, waiting for one.
  ///
  /// Throws if the task is cancelled; whether it has a turn all the same is in `hasTurn`.
  nonisolated(nonsending)
    func take(for task: AnyAsyncTask) async throws(CancellationError)
  {
    if taken < limit {
      taken += 1
      task.hasTurn = true
      report()
      return
    }
    try await task.refuseIfCancelled()
    queue.append(task)
    report()
    defer {
      task.hasTurn = task.wakeReason == .granted
      report()
    }
    try await task.wait(in: queue, of: task.loop, for: .resource, resource.id, at: site)
  }

  func giveBack() {
    if !queue.wakeFirst() { taken -= 1 }
    report()
  }

  func ended() {
    resource.ended()
  }

  private func report() {
    resource.level(taken, of: limit, waiters: queue.count)
  }
}

extension AnyAsyncTask {
  /// Waits until its group has room for it.
  @usableFromInline
  nonisolated(nonsending)
    final func waitForTurn() async throws(CancellationError)
  {
    if let turns = group?.turns { try await turns.take(for: self) }
  }
}
