import AsyncTopBus

/// What the threads that run tasks did lately.
public struct ThreadHistory: Sendable {
  /// How many values are kept of a thread.
  public static let samples = 120
  /// The time between two of them.
  public static let step: Duration = .seconds(1)

  private var busy: [Int: Series] = [:]
  private var looks: [Int: Series] = [:]
  private var readings = Readings<[Int: UInt64]>()
  private var polls: [Int: Double] = [:]
  private var stepped: UInt64?

  mutating func update(_ insight: Insight, rates: SessionRates) {
    let snapshot = insight.snapshot
    let counts = Dictionary(
      snapshot.workers.map { ($0.index, $0.counters.polls) },
      uniquingKeysWith: { first, _ in first })
    readings.add(counts, at: snapshot.now, clock: snapshot.clock)
    polls = [:]
    if let (before, old) = readings.earlier {
      let seconds = Double(snapshot.clock.nanoseconds(snapshot.now -| before)) / 1e9
      for (index, count) in counts {
        if let start = old[index] { polls[index] = Double(count -| start) / seconds }
      }
    }
    for worker in snapshot.workers {
      looks[worker.index, default: Series(limit: ThreadHistory.samples)]
        .add(worker.isLive && worker.task != 0 ? 1 : 0)
    }
    let step = snapshot.clock.ticks(ThreadHistory.step)
    guard stepped.map({ snapshot.now -| $0 >= step }) ?? true else { return }
    stepped = snapshot.now
    for loop in snapshot.loops {
      guard let part = rates.loopBusy[loop.id] else { continue }
      busy[loop.worker, default: Series(limit: ThreadHistory.samples)].add(part)
    }
  }

  /// How busy the loop of a thread was, from 0 to 1, every second, the latest last.
  public func busy(of worker: Int) -> [Double] { busy[worker]?.values ?? [] }

  /// The polls on a thread in a second; nil if nobody looked before.
  public func polls(of worker: Int) -> Double? { polls[worker] }

  /// In which part of the looks at a thread a task ran on it; nil if there were too few.
  ///
  /// Nobody measures how long threads of a pool are busy; this estimates it.
  public func seenBusy(of worker: Int) -> Double? {
    guard let values = looks[worker]?.values, values.count >= 20 else { return nil }
    return values.reduce(0, +) / Double(values.count)
  }
}
