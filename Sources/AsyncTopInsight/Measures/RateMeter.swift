public import AsyncTopBus

/// Measures rates over about the last second of the session's time.
public struct RateMeter: Sendable {
  private var readings: [Tally] = []
  /// The rates at the latest snapshot.
  public private(set) var rates = SessionRates()

  /// A meter that has seen nothing.
  public init() {}

  /// Takes a snapshot; one from an earlier moment than the last makes it start anew.
  ///
  /// A snapshot that knows what was counted a second before is measured from there, whatever was
  /// seen before it.
  public mutating func update(_ snapshot: Snapshot) {
    if let earlier = snapshot.earlier {
      readings = [earlier]
    } else if let last = readings.last, last.now >= snapshot.now {
      if last.now == snapshot.now { return }
      readings = []
    }
    readings.append(snapshot.tally)
    // The oldest reading that is a second old stays, to measure from.
    let second = snapshot.clock.ticks(.seconds(1))
    while readings.count > 2, snapshot.now -| readings[1].now >= second { readings.removeFirst() }
    measure(seconds: Double(snapshot.clock.nanoseconds(snapshot.now -| readings[0].now)) / 1e9)
  }

  private mutating func measure(seconds: Double) {
    rates = SessionRates()
    guard let first = readings.first, let last = readings.last, seconds > 0 else { return }
    func rate(_ count: (Counters) -> UInt64) -> Double {
      let (old, new) = (count(first.totals), count(last.totals))
      return Double(new -| old) / seconds
    }
    rates.polls = rate(\.polls)
    rates.created = rate(\.created)
    rates.ended = rate(\.ended)
    rates.wakes = rate(\.wakes)
    rates.events = rate(\.events)
    let span = Double(last.now -| first.now)
    for (id, busy) in last.loopBusy {
      guard let before = first.loopBusy[id], busy > before else { continue }
      rates.loopBusy[id] = min(1, Double(busy -| before) / span)
    }
  }
}
