/// What a barrier is, without who guards it: each method says whom to wake.
struct BarrierState {
  let parties: Int
  private(set) var phase = Barrier.Phase.filling
  // Those that have come and have not left.
  private(set) var inside = 0
  private var nextIndex = 0
  // Those inside that wait for the others.
  private(set) var arrived = WaiterList(number: 1)
  // Those that came while others still leave.
  private(set) var newcomers = WaiterList(number: 2)

  init(parties: Int) {
    self.parties = parties
  }

  enum Entry: Equatable {
    /// It is the last one to come, and goes on with this index.
    case passes(Int)
    /// It waits for the others to come, if it was given.
    case waitsInside
    /// It waits for others to leave, if it was given, and tries again.
    case waitsOutside
    case isRefused
  }

  mutating func enter(_ waiter: Waiter?) -> (Entry, WokenWaiters) {
    switch phase {
    case .broken:
      return (.isRefused, WokenWaiters())
    case .draining, .resetting:
      if let waiter { newcomers.append(waiter) }
      return (.waitsOutside, WokenWaiters())
    case .filling:
      guard inside + 1 == parties else {
        if let waiter {
          inside += 1
          arrived.append(waiter)
        }
        return (.waitsInside, WokenWaiters())
      }
      // It leaves at once. Without others, nothing is left to drain.
      if inside > 0 { phase = .draining }
      return (.passes(inside), arrived.removeAll())
    }
  }

  /// One goes on that was inside.
  ///
  /// Returns its index, unless the barrier was broken, and who may come in now.
  mutating func leave() -> (index: Int?, WokenWaiters) {
    var index: Int?
    if phase == .draining {
      index = nextIndex
      nextIndex += 1
    }
    return (index, removeOne())
  }

  /// One that was inside, and was let go, is cancelled.
  mutating func removeOne() -> WokenWaiters {
    inside -= 1
    guard inside == 0, phase != .filling else { return WokenWaiters() }
    nextIndex = 0
    guard phase != .broken else { return WokenWaiters() }
    phase = .filling
    return newcomers.removeAll()
  }

  /// One that waits is cancelled.
  ///
  /// Returns false if none waits.
  mutating func cancel(_ waiter: Waiter) -> Bool {
    if arrived.remove(waiter) {
      inside -= 1
      return true
    }
    return newcomers.remove(waiter)
  }

  mutating func reset() -> WokenWaiters {
    phase = inside > 0 ? .resetting : .filling
    return arrived.removeAll()
  }

  mutating func abort() -> WokenWaiters {
    phase = .broken
    var woken = arrived.removeAll()
    woken.append(newcomers.removeAll())
    return woken
  }
}
