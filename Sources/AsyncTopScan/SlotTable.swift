/// Which slot of a table belongs to what, from one round to the next.
struct SlotTable<Key: Hashable> {
  /// Slots below this have been used.
  private(set) var high: UInt32 = 0
  private let capacity: UInt32
  private var slots: [Key: (slot: Int, round: UInt64)] = [:]
  private var free: [Int] = []
  private var round: UInt64 = 0

  init(capacity: UInt32) {
    self.capacity = capacity
  }

  /// Begins a round, in which everything that is still there is taken once.
  mutating func beginRound() { round += 1 }

  /// The slot of something, and whether it is a new one; nil if there is no room.
  mutating func take(_ key: Key) -> (slot: Int, isNew: Bool)? {
    if let known = slots[key] {
      slots[key] = (known.slot, round)
      return (known.slot, false)
    }
    let slot: Int
    if let last = free.popLast() {
      slot = last
    } else {
      guard high < capacity else { return nil }
      slot = Int(high)
      high += 1
    }
    slots[key] = (slot, round)
    return (slot, true)
  }

  /// Frees the slots of what was not taken in this round, and returns them.
  mutating func endRound() -> [Int] {
    let gone = slots.filter { $0.value.round != round }
    for key in gone.keys { slots[key] = nil }
    let freed = gone.values.map(\.slot).sorted(by: >)
    free += freed
    return freed
  }
}
