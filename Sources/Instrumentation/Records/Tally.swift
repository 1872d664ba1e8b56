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
