public import Instrumentation

/// Measures rates over about the last second of the session's time.
public struct RateMeter: Sendable {
  /// What a snapshot said, without its tables.
  private struct Reading {
    var now: UInt64
    var totals: Counters
    var loopBusy: [UInt64: UInt64]
  }

  private var readings: [Reading] = []
  /// The rates at the latest snapshot.
  public private(set) var rates = SessionRates()

  /// A meter that has seen nothing.
  public init() {}

  /// Takes a snapshot; one from an earlier moment than the last makes it start anew.
  public mutating func update(_ snapshot: Snapshot) {
    let reading = Reading(
      now: snapshot.now, totals: snapshot.totals,
      loopBusy: Dictionary(
        snapshot.loops.map { ($0.id, RateMeter.busy($0, at: snapshot.now)) },
        uniquingKeysWith: { first, _ in first }))
    if let last = readings.last, last.now >= snapshot.now {
      if last.now == snapshot.now { return }
      readings = []
    }
    readings.append(reading)
    // The oldest reading that is a second old stays, to measure from.
    let second = snapshot.clock.ticks(.seconds(1))
    while readings.count > 2, snapshot.now &- readings[1].now >= second { readings.removeFirst() }
    measure(seconds: Double(snapshot.clock.nanoseconds(snapshot.now &- readings[0].now)) / 1e9)
  }

  private static func busy(_ loop: LoopRecord, at now: UInt64) -> UInt64 {
    loop.busy &+ (loop.iterationBegan.map { now > $0 ? now - $0 : 0 } ?? 0)
  }

  private mutating func measure(seconds: Double) {
    rates = SessionRates()
    guard let first = readings.first, let last = readings.last, seconds > 0 else { return }
    func rate(_ count: (Counters) -> UInt64) -> Double {
      let (old, new) = (count(first.totals), count(last.totals))
      return new > old ? Double(new - old) / seconds : 0
    }
    rates.polls = rate(\.polls)
    rates.created = rate(\.created)
    rates.ended = rate(\.ended)
    rates.wakes = rate(\.wakes)
    rates.events = rate(\.events)
    let span = Double(last.now - first.now)
    for (id, busy) in last.loopBusy {
      guard let before = first.loopBusy[id], busy > before else { continue }
      rates.loopBusy[id] = min(1, Double(busy - before) / span)
    }
  }
}
