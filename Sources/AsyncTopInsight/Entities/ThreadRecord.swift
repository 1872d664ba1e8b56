public import AsyncTopBus

/// A thread that runs tasks, with its event loop if it runs one.
public struct ThreadRecord: Sendable {
  /// The thread.
  public let worker: WorkerRecord
  /// Its loop; nil for a thread of a pool.
  public let loop: LoopRecord?

  /// What it is called, untrusted: `loop main`, or the name of the thread.
  public var name: String {
    if let loop { return loop.name.isEmpty ? "loop" : "loop \(loop.name)" }
    return worker.name.isEmpty ? "thread" : worker.name
  }

  /// The id of the task that it runs now; nil if it runs none.
  public var runs: UInt64? { worker.isLive && worker.task != 0 ? worker.task : nil }
}

extension Insight {
  /// The threads that live, those of loops first.
  static func threads(of snapshot: Snapshot) -> ContiguousArray<ThreadRecord> {
    let loops = Dictionary(
      snapshot.loops.map { ($0.worker, $0) }, uniquingKeysWith: { first, _ in first })
    let live = snapshot.workers.filter(\.isLive).map {
      ThreadRecord(worker: $0, loop: loops[$0.index])
    }
    return ContiguousArray(live.filter { $0.loop != nil } + live.filter { $0.loop == nil })
  }

  /// The longest polls that are known, the longest first; callbacks of loops too.
  ///
  /// Threads, loops and tasks keep their longest one each, so of one task there is one.
  public func longestPolls(limit: Int) -> [PastBlock] {
    var found: [SIMD2<UInt64>: LongestPoll] = [:]
    func note(_ poll: LongestPoll?) {
      guard let poll else { return }
      let key = SIMD2(poll.task, poll.task == 0 ? UInt64(poll.site) : 0)
      if let known = found[key], known.length >= poll.length { return }
      found[key] = poll
    }
    for loop in snapshot.loops { note(loop.longestJob) }
    for worker in snapshot.workers { note(worker.longestPoll) }
    var least = LazyOrder(snapshot.tasks, descending: true) { $0.longestPoll?.length ?? 0 }
    least.settle(0..<limit)
    for position in 0..<min(limit, least.count) {
      note(snapshot.tasks[least[position]].longestPoll)
    }
    return found.values.map { poll in
      PastBlock(
        task: poll.task, site: poll.site, nanoseconds: nanoseconds(poll.length),
        ago: nanoseconds(snapshot.now -| poll.ended))
    }.sorted { ($0.nanoseconds, $0.task) > ($1.nanoseconds, $1.task) }.prefix(limit).map(\.self)
  }
}
