import CAsyncTopProbe
import AsyncTopBus
import Synchronization

/// Follows one worker's ring.
///
/// The writer never waits. What was copied is good if, looking at the head again afterwards, the
/// writer cannot have come around to it.
@safe
final class RingFollower {
  let worker: UInt16
  /// Events of the ring before this one were passed on, or lost.
  private(set) var position: UInt64 = 0
  private let ring: UnsafePointer<tp_event>
  private let record: UnsafePointer<tp_worker>
  /// Events that fit in the ring.
  private let capacity: Int
  private var copy: UnsafeMutablePointer<tp_event>?
  private var count = 0

  /// Follows the ring of a worker from its beginning; nil for a worker that has none.
  init?(_ region: tp_region, worker: UInt16) {
    guard let found = unsafe EventRing(of: Int(worker), in: region) else { return nil }
    self.worker = worker
    capacity = found.capacity
    unsafe ring = unsafe found.events
    unsafe record = unsafe UnsafePointer(region.workers + Int(worker))
  }

  deinit { unsafe copy?.deallocate() }

  private static let headOffset = MemoryLayout<tp_worker>.offset(of: \.head)!

  private var head: UInt64 {
    let field = unsafe UnsafeRawPointer(record) + Self.headOffset
    return unsafe tp_load_acquire(field.assumingMemoryBound(to: UInt64.self))
  }

  /// Goes on at the next event that the worker writes.
  func restart() {
    count = 0
    position = head
  }

  /// Copies the worker's record.
  ///
  /// The worker changes its record before it writes the event, so a copy may be in the midst of
  /// one. It is good if no event came meanwhile, and the next one, if it comes at once, began
  /// later.
  ///
  /// - Parameter clock: Reads the clock.
  /// - Returns: The record, and how many events it counts.
  func copyRecord(_ clock: () -> UInt64) -> (record: tp_worker, events: UInt64) {
    var worker = tp_worker()
    var events: UInt64 = 0
    for _ in 0..<Self.attempts {
      events = head
      worker = unsafe record.pointee
      atomicMemoryFence(ordering: .acquiring)
      let moment = clock()
      guard head == events else { continue }
      var patience = Self.attempts
      while head == events && patience > 0 { patience -= 1 }
      if head == events { break }
      let next = unsafe ring[Int(events & UInt64(capacity - 1))].ticks
      if next > moment { break }
    }
    return (worker, events)
  }

  private static let attempts = 200

  /// Copies the events that are new, up to the first one later than a moment.
  ///
  /// - Returns: False if some were overwritten before.
  func collect(until moment: UInt64) -> Bool {
    let found = head
    let safe = UInt64(capacity - max(1, capacity / 64))
    count = 0
    guard found != position else { return true }
    guard found > position, found - position <= safe else { return false }
    let target = unsafe copy ?? .allocate(capacity: capacity)
    unsafe copy = unsafe target
    let mask = UInt64(capacity - 1)
    var taken = 0
    for index in 0..<(found - position) {
      unsafe target[taken] = unsafe ring[Int((position + index) & mask)]
      if unsafe target[taken].ticks > moment { break }
      taken += 1
    }
    atomicMemoryFence(ordering: .acquiring)
    guard head &- position <= safe else { return false }
    count = taken
    return true
  }

  /// Which part of the ring the events collected are.
  var fill: Double { Double(count) / Double(capacity) }

  /// The events collected, and the number of the first one; they count as passed on.
  func take() -> (first: UInt64, events: UnsafeBufferPointer<tp_event>) {
    defer {
      position += UInt64(count)
      count = 0
    }
    return unsafe (position, UnsafeBufferPointer(start: copy, count: count))
  }
}
