import AsyncTopBus

/// What was counted at some moments of about the last second, to measure rates from.
struct Readings<Value> {
  private var readings: [(now: UInt64, value: Value)] = []

  /// The oldest reading that rates are measured from, if it is not the latest.
  var earlier: (now: UInt64, value: Value)? { readings.count > 1 ? readings.first : nil }

  /// Adds a reading; one from before the last makes it start anew.
  mutating func add(_ value: Value, at now: UInt64, clock: SessionClock) {
    if let last = readings.last, last.now >= now {
      if last.now == now { return }
      readings = []
    }
    readings.append((now, value))
    // The oldest that is a second old stays. What is much older says nothing of now.
    let second = clock.ticks(.seconds(1))
    while readings.count > 1, now -| readings[1].now >= second { readings.removeFirst() }
    while let first = readings.first, now -| first.now > clock.ticks(.seconds(10)) {
      readings.removeFirst()
    }
  }
}

extension Readings: Sendable where Value: Sendable {}

/// Values of one thing at equal distances in time, the latest last.
struct Series: Sendable {
  /// The most values that are kept.
  let limit: Int
  private(set) var values: [Double] = []

  mutating func add(_ value: Double) {
    if values.count >= limit { values.removeFirst() }
    values.append(value)
  }
}
