package import AsyncTopBus
import AsyncTopLinux

/// A process whose probe came late: what that reports, and what a scan finds of older tasks, which
/// the probe sees only once they run.
package final class JoinedSession {
  /// What the probe reports.
  package let live: LiveSession
  private var scan: ScanSession?
  /// What the scan found when it last looked.
  private var scanned: Snapshot
  /// When it looks again, in nanoseconds: it may take a twentieth of the time, so that with very
  /// many tasks what the probe reports is still shown at once.
  private var scanNext: UInt64 = 0
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
    scanned = scan.snapshot()
    last = scanned.tasks.lazy.map(\.id).max() ?? 0
    waitWithScan()
  }

  private func waitWithScan() {
    let spent = scan?.facts.nanoseconds ?? 0
    scanNext = SystemClock.monotonic +| spent * 20
  }
}

extension JoinedSession: Session {
  package func snapshot() -> Snapshot {
    // The scan first: what runs from then on is the probe's.
    if live.isRunning, let scan, SystemClock.monotonic >= scanNext {
      scanned = scan.snapshot()
      waitWithScan()
    }
    let snapshot = live.snapshot()
    guard let scan else { return snapshot }
    for task in snapshot.tasks where task.id <= last { seen.insert(task.id) }
    let left = Set(scanned.tasks.lazy.map(\.id).filter { $0 <= self.last }).subtracting(seen)
    if left.isEmpty && scan.facts.isComplete { self.scan = nil }
    return left.isEmpty ? snapshot : snapshot.joining(scanned, tasks: left)
  }

  package func observe(task: UInt64?) { live.observe(task: task) }

  package func newPolls() -> NewPolls { live.newPolls() }
}
