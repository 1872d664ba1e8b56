import CAsyncTopProbe

/// What threads have counted since the probe started.
///
/// The rates are differences of two snapshots.
public struct Counters: Hashable, Sendable {
  /// Events written to rings, while somebody observed.
  public var events: UInt64 = 0
  /// Tasks listed.
  public var created: UInt64 = 0
  /// Of those, the ones first seen after they were created.
  public var adopted: UInt64 = 0
  /// Polls begun.
  public var polls: UInt64 = 0
  /// Tasks ended.
  public var ended: UInt64 = 0
  /// Times that a task was made runnable.
  public var wakes: UInt64 = 0
  /// Tasks whose cancellation was requested.
  public var cancelled: UInt64 = 0
  /// Timers armed.
  public var timers: UInt64 = 0
  /// Polls of tasks that are not listed.
  public var unlistedPolls: UInt64 = 0
  /// Polls that ended in a wait, by the region's kind of wait.
  public var waits: [UInt64] = Array(repeating: 0, count: Int(TP_WAIT_KINDS.rawValue))

  /// Nothing counted.
  public init() {}

  init(_ worker: tp_worker) {
    unsafe withUnsafeBytes(of: worker.counters) { bytes in
      func value(_ counter: tp_counter, _ offset: Int = 0) -> UInt64 {
        unsafe bytes.load(
          fromByteOffset: (Int(counter.rawValue) + offset) * 8, as: UInt64.self)
      }
      created = value(TP_COUNT_CREATED)
      adopted = value(TP_COUNT_ADOPTED)
      polls = value(TP_COUNT_POLLS)
      ended = value(TP_COUNT_ENDED)
      wakes = value(TP_COUNT_WAKES)
      cancelled = value(TP_COUNT_CANCELLED)
      timers = value(TP_COUNT_TIMERS)
      unlistedPolls = value(TP_COUNT_UNLISTED_POLLS)
      for kind in waits.indices { waits[kind] = value(TP_COUNT_WAITS, kind) }
    }
    events = worker.head
  }

  /// Adds another thread's counts.
  public mutating func add(_ other: Counters) {
    events +|= other.events
    created +|= other.created
    adopted +|= other.adopted
    polls +|= other.polls
    ended +|= other.ended
    wakes +|= other.wakes
    cancelled +|= other.cancelled
    timers +|= other.timers
    unlistedPolls +|= other.unlistedPolls
    for kind in waits.indices { waits[kind] +|= other.waits[kind] }
  }
}

/// What a session had counted at a moment, without its tables: two of them give rates.
public struct Tally: Hashable, Sendable {
  /// The moment, in ticks.
  public let now: UInt64
  /// The sums of what the workers counted.
  public let totals: Counters
  /// How long each loop had been busy, in ticks, by the loop's id.
  public let loopBusy: [UInt64: UInt64]

  /// Reads what a region has counted.
  ///
  /// - Parameters:
  ///   - memory: The region.
  ///   - now: The moment in ticks.
  public init(of memory: RegionMemory, at now: UInt64) {
    let reader = RegionReader(memory: memory)
    let totals = reader.workers().reduce(into: Counters()) { $0.add($1.counters) }
    self.init(now: now, totals: totals, loops: reader.loops())
  }

  init(now: UInt64, totals: Counters, loops: [LoopRecord]) {
    self.now = now
    self.totals = totals
    loopBusy = Dictionary(loops.map { ($0.id, $0.busy(at: now)) }) { first, _ in first }
  }
}
