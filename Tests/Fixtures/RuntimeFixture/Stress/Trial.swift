import Synchronization

/// One primitive, used by everybody at once.
protocol Trial: Sendable {
  var name: String { get }

  /// What a worker does; it may be cancelled.
  func act(_ worker: Int) async throws

  /// Lets somebody go on who waits.
  func nudge() async throws

  /// What came of it, when all have ended.
  func verdict() -> String
}

/// How many there are at once, and were in all.
final class Occupancy: Sendable {
  private let now = Atomic<Int>(0)
  private let most = Atomic<Int>(0)
  private let all = Atomic<Int>(0)

  func enter() {
    let count = now.add(1, ordering: .relaxed).newValue
    most.max(count, ordering: .relaxed)
    all.add(1, ordering: .relaxed)
  }

  func leave() { now.subtract(1, ordering: .relaxed) }

  var maximum: Int { most.load(ordering: .relaxed) }
  var total: Int { all.load(ordering: .relaxed) }
}

/// Numbers that were given away and taken: each is taken once in the end.
final class Ledger: Sendable {
  private let next = Atomic<Int>(0)
  private let given = Atomic<Int>(0)
  private let taken = Atomic<Int>(0)

  var number: Int { next.add(1, ordering: .relaxed).newValue }

  func give(_ number: Int) { given.add(number &* number, ordering: .relaxed) }
  func take(_ number: Int) { taken.add(number &* number, ordering: .relaxed) }

  var isBalanced: Bool { given.load(ordering: .relaxed) == taken.load(ordering: .relaxed) }
}
