package import AsyncTopBus

/// A process whose probe came late: what that reports, and what a scan finds of older tasks, which
/// the probe sees only once they run.
package final class JoinedSession {
  /// What the probe reports.
  package let live: LiveSession
  private var scan: ScanSession?
  /// The greatest id of a task from before the probe: they are counted.
  private let last: UInt64
  /// Of those tasks, the ones that the probe has seen.
  private var seen: Set<UInt64> = []

  /// What the scan has not looked through, for people; nil if that is nothing.
  package var notice: String? { scan?.facts.notice }

  /// Joins the two.
  ///
  /// - Parameters:
  ///   - live: What the probe reports.
  ///   - scan: The scan of the same process.
  package init(_ live: LiveSession, _ scan: ScanSession) {
    self.live = live
    self.scan = scan
    last = scan.snapshot().tasks.lazy.map(\.id).max() ?? 0
  }
}

extension JoinedSession: Session {
  package func snapshot() -> Snapshot {
    // The scan first: what runs from then on is the probe's.
    let scanned = scan?.snapshot()
    let snapshot = live.snapshot()
    guard let scan, let scanned, snapshot.process.isRunning else { return snapshot }
    for task in snapshot.tasks where task.id <= last { seen.insert(task.id) }
    let left = Set(scanned.tasks.lazy.map(\.id).filter { $0 <= self.last }).subtracting(seen)
    if left.isEmpty && scan.facts.isComplete { self.scan = nil }
    return left.isEmpty ? snapshot : snapshot.joining(scanned, tasks: left)
  }

  package func observe(task: UInt64?) { live.observe(task: task) }

  package func newPolls() -> NewPolls { live.newPolls() }
}
