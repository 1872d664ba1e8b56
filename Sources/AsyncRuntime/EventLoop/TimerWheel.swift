import AsyncTopLinux

/// Pending timers: arming and cancelling cost the same however many there are.
///
/// A hierarchical wheel (Varghese and Lauck, 1987) of eight levels with 64 slots each. A tick is
/// 2²⁰ ns, about a millisecond; a slot of level n is 64ⁿ ticks long, so that a timer moves to a
/// lower level at most seven times before its tick comes. Then it goes to a small heap, which fires
/// by the nanosecond: earlier deadlines first, and of equal ones that armed first. One whose
/// deadline is the last moment there is never fires, and is in neither.
struct TimerWheel {
  /// Names a timer as long as it is pending; afterwards nothing.
  struct ID {
    static let none = ID(index: 0, generation: 0)
    let index: UInt32
    let generation: UInt32
  }

  private struct Entry {
    var deadline: UInt64 = 0
    var sequence: UInt64 = 0
    var item: UInt = 0  // 0: free, or cancelled in the heap
    var next: UInt32 = 0
    var previous: UInt32 = 0
    var generation: UInt32 = 1
    var slot: Int32 = 0  // of the wheel, or `inHeap`, or `never`
  }

  private static let tickShift: UInt64 = 20
  private static let levels = 8
  private static let inHeap: Int32 = -1
  private static let never: Int32 = -2

  /// How many are pending.
  private(set) var count = 0
  // Index 0 stands for none: its links are never followed.
  private var entries = [Entry()]
  private var firstFree: UInt32 = 0
  private var heads = [UInt32](repeating: 0, count: levels * 64)
  private var tails = [UInt32](repeating: 0, count: levels * 64)
  private var occupied = [UInt64](repeating: 0, count: levels)
  private var elapsed: UInt64  // ticks
  private var sequence: UInt64 = 0
  private var heap: [UInt32] = []

  /// Makes an empty wheel.
  ///
  /// - Parameter now: The time, in nanoseconds.
  init(now: UInt64) {
    elapsed = now >> Self.tickShift
  }

  /// Adds a timer.
  mutating func arm(_ deadline: UInt64, _ item: ReadyItem) -> ID {
    var index = firstFree
    if index == 0 {
      if entries.count >= Int(UInt32.max) { programmerError("4 billion timers are pending") }
      index = UInt32(entries.count)
      entries.append(Entry())
    } else {
      firstFree = entries[Int(index)].next
    }
    sequence &+= 1
    entries[Int(index)].deadline = deadline
    entries[Int(index)].sequence = sequence
    entries[Int(index)].item = item.bits
    count += 1
    place(index)
    return ID(index: index, generation: entries[Int(index)].generation)
  }

  /// Takes a timer out.
  ///
  /// Returns what it would have fired, nil if it is not pending.
  mutating func cancel(_ id: ID) -> ReadyItem? {
    let index = Int(id.index)
    guard index != 0, entries[index].generation == id.generation, entries[index].item != 0 else {
      return nil
    }
    let item = ReadyItem(bits: entries[index].item)
    count -= 1
    if entries[index].slot == Self.inHeap {
      // Its place in the heap is not known; it is dropped when its time comes, within a tick.
      entries[index].item = 0
      entries[index].generation &+= 1
    } else {
      if entries[index].slot != Self.never { unlink(id.index) }
      release(id.index)
    }
    return item
  }

  /// When to look again: the first deadline, or a moment before it at which timers have to move.
  var nextMoment: UInt64? {
    mutating get {
      dropCancelled()
      if let first = heap.first { return entries[Int(first)].deadline }
      guard let (slot, start) = nextSlot() else { return nil }
      let head = Int(heads[slot])
      return entries[head].next == 0 ? entries[head].deadline : start << Self.tickShift
    }
  }

  /// Takes out the timers that are due, in order.
  ///
  /// - Parameters:
  ///   - now: The time, in nanoseconds.
  ///   - fire: Is called with each timer's item and deadline.
  mutating func expire(_ now: UInt64, _ fire: (ReadyItem, UInt64) -> Void) {
    let tick = now >> Self.tickShift
    while elapsed < tick {
      guard let (slot, start) = nextSlot(), start <= tick else {
        elapsed = tick
        break
      }
      elapsed = start
      empty(slot)
    }
    while let first = heap.first, entries[Int(first)].deadline <= now {
      let entry = entries[Int(first)]
      popHeap()
      release(first)
      if entry.item == 0 { continue }
      count -= 1
      fire(ReadyItem(bits: entry.item), entry.deadline)
    }
  }

  /// What the pending timers would fire, in no particular order.
  var items: [ReadyItem] {
    entries.lazy.map(\.item).filter { $0 != 0 }.map { ReadyItem(bits: $0) }
  }

  /// Takes out all.
  ///
  /// Returns what they would have fired.
  mutating func removeAll() -> [ReadyItem] {
    var pending = heap
    for index in entries.indices.dropFirst() where entries[index].slot == Self.never {
      pending.append(UInt32(index))
    }
    for slot in heads.indices {
      var index = heads[slot]
      while index != 0 {
        pending.append(index)
        index = entries[Int(index)].next
      }
      heads[slot] = 0
      tails[slot] = 0
    }
    occupied = [UInt64](repeating: 0, count: Self.levels)
    heap = []
    count = 0
    return pending.compactMap { index in
      let item = entries[Int(index)].item
      release(index)
      return item == 0 ? nil : ReadyItem(bits: item)
    }
  }

  // MARK: Wheel

  private mutating func place(_ index: UInt32) {
    let deadline = entries[Int(index)].deadline
    guard deadline != .max else {
      entries[Int(index)].slot = Self.never
      return
    }
    let tick = deadline >> Self.tickShift
    guard tick > elapsed else {
      entries[Int(index)].slot = Self.inHeap
      pushHeap(index)
      return
    }
    // The highest digit, to the base of 64, in which the two differ.
    let level = (63 - (tick ^ elapsed).leadingZeroBitCount) / 6
    let digit = Int(truncatingIfNeeded: tick >> UInt64(6 * level)) & 63
    let slot = level * 64 + digit
    let tail = tails[slot]
    entries[Int(index)].slot = Int32(truncatingIfNeeded: slot)
    entries[Int(index)].next = 0
    entries[Int(index)].previous = tail
    if tail == 0 {
      heads[slot] = index
      occupied[level] |= 1 << UInt64(digit)
    } else {
      entries[Int(tail)].next = index
    }
    tails[slot] = index
  }

  private mutating func unlink(_ index: UInt32) {
    let (next, previous) = (entries[Int(index)].next, entries[Int(index)].previous)
    let slot = Int(entries[Int(index)].slot)
    if previous == 0 { heads[slot] = next } else { entries[Int(previous)].next = next }
    if next == 0 { tails[slot] = previous } else { entries[Int(next)].previous = previous }
    if heads[slot] == 0 { occupied[slot / 64] &= ~(1 << UInt64(slot & 63)) }
  }

  private mutating func release(_ index: UInt32) {
    entries[Int(index)].item = 0
    entries[Int(index)].slot = 0
    entries[Int(index)].generation &+= 1
    entries[Int(index)].next = firstFree
    firstFree = index
  }

  // The earliest slot with timers, and the tick at which it starts. All occupied slots of a level
  // are later in it than now, and every slot of a lower level is earlier than any of a higher one.
  private func nextSlot() -> (slot: Int, start: UInt64)? {
    for level in 0..<Self.levels where occupied[level] != 0 {
      let digit = occupied[level].trailingZeroBitCount
      let shift = UInt64(6 * level)
      let above = (elapsed >> (shift + 6)) << (shift + 6)
      return (level * 64 + digit, above | UInt64(digit) << shift)
    }
    return nil
  }

  private mutating func empty(_ slot: Int) {
    var index = heads[slot]
    heads[slot] = 0
    tails[slot] = 0
    occupied[slot / 64] &= ~(1 << UInt64(slot & 63))
    while index != 0 {
      let next = entries[Int(index)].next
      place(index)
      index = next
    }
  }

  // MARK: Heap

  private func isEarlier(_ a: UInt32, _ b: UInt32) -> Bool {
    let (x, y) = (entries[Int(a)], entries[Int(b)])
    return x.deadline == y.deadline ? x.sequence < y.sequence : x.deadline < y.deadline
  }

  private mutating func pushHeap(_ index: UInt32) {
    heap.append(index)
    var child = heap.count - 1
    while child > 0, isEarlier(index, heap[(child - 1) / 2]) {
      heap[child] = heap[(child - 1) / 2]
      child = (child - 1) / 2
    }
    heap[child] = index
  }

  private mutating func popHeap() {
    let last = heap.removeLast()
    guard !heap.isEmpty else { return }
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, isEarlier(heap[child + 1], heap[child]) { child += 1 }
      guard isEarlier(heap[child], last) else { break }
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = last
  }

  private mutating func dropCancelled() {
    while let first = heap.first, entries[Int(first)].item == 0 {
      popHeap()
      release(first)
    }
  }
}
