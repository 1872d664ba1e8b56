import AsyncTopBus
import CAsyncTopProbe
import Synchronization

/// Follows one worker's ring.
///
/// The writer never waits. What was copied is good if, looking at the head again afterwards, the
/// writer cannot have come around to it. When it has, what it has not reached is good.
@safe
final class RingFollower {
  let worker: UInt16
  /// Events of the ring before this one were passed on, or lost.
  private(set) var position: UInt64 = 0
  /// Which part of the ring was new when it was looked at last.
  private(set) var fill = 0.0
  private let region: tp_region
  private let head: WorkerHead
  private var ring: EventRing
  // Where the ring is by now; events before its first one are still found in `ring`.
  private var next: EventRing?

  /// Follows the ring of a worker from its beginning; nil for a worker that has none.
  init?(_ region: tp_region, worker: UInt16) {
    guard let found = unsafe EventRing(beginningOf: Int(worker), in: region) else { return nil }
    self.worker = worker
    unsafe self.region = unsafe region
    head = unsafe WorkerHead(region, worker: worker)
    ring = found
  }

  /// Goes on at the next event that the worker writes.
  func restart() {
    let found = head.value
    if let place = unsafe EventRing(of: Int(worker), in: region) { ring = place }
    next = nil
    position = max(found, ring.first)
  }

  /// How many events are new.
  var pending: Int {
    Int(min(head.value -| position, UInt64(max(ring.capacity, next?.capacity ?? 0))))
  }

  /// About when the event after so many of the new ones was written.
  func ticks(after count: Int) -> UInt64 {
    let number = position +| UInt64(count)
    let place = next.map { number >= $0.first ? $0 : ring } ?? ring
    return unsafe place.events[Int(number & UInt64(place.capacity - 1))].ticks
  }

  /// Copies the events that are new, up to the first one later than the batch's moment.
  ///
  /// - Parameters:
  ///   - queue: Where to.
  ///   - batch: Gets the events, and what of them was lost.
  ///   - from: No event that is lost now was written before this moment.
  func collect(into queue: EventQueue, _ batch: inout EventBatch, from: UInt64) {
    let found = head.value
    findPlace(&batch, from: from)
    fill = Double(found -| position) / Double(ring.capacity)
    if let moved = next {
      if position < moved.first {
        take(upTo: min(found, moved.first), isLeft: true, into: queue, &batch, from: from)
      }
      guard position >= moved.first else { return }
      ring = moved
      next = nil
    }
    take(upTo: found, isLeft: false, into: queue, &batch, from: from)
  }

  private func findPlace(_ batch: inout EventBatch, from: UInt64) {
    guard let place = unsafe EventRing(of: Int(worker), in: region) else { return }
    guard place.moves != (next ?? ring).moves else { return }
    if next == nil && place.moves == ring.moves + 1 {
      next = place
      return
    }
    // It has moved more than once: what lies between is not found any more.
    let lost = place.first -| position
    (ring, next) = (place, nil)
    position = max(position, place.first)
    if lost > 0 { note(lost, &batch, from: from, next: nil) }
  }

  private func note(_ lost: UInt64, _ batch: inout EventBatch, from: UInt64, next: UInt64?) {
    let to = max(from, min(next ?? batch.until, batch.until))
    batch.gaps.append(EventGap(worker: worker, count: lost, from: from, to: to))
  }

  // `isLeft`: nobody writes there any more.
  private func take(
    upTo end: UInt64, isLeft: Bool, into queue: EventQueue, _ batch: inout EventBatch, from: UInt64
  ) {
    guard end != position else { return }
    // Others may write what we take for the head.
    guard end > position else {
      position = end
      return note(0, &batch, from: from, next: nil)
    }
    let capacity = UInt64(ring.capacity)
    let safe = isLeft ? capacity : capacity - max(1, capacity / 64)
    var first = position
    if end - first > safe { first = end - (isLeft ? capacity : (capacity + 1) / 2) }
    let pieces = batch.pieces.count
    var taken = copy(first..<end, into: queue, &batch)
    atomicMemoryFence(ordering: .acquiring)
    let reach = isLeft ? 0 : head.value &- first
    if reach > safe {
      first += min(reach - safe, end - first)
      taken = max(taken, first)
      Self.drop(upTo: first, from: &batch.pieces, startingAt: pieces)
    }
    let lost = first - position
    position = taken
    guard lost > 0 else { return }
    let next = pieces < batch.pieces.count ? batch.pieces[pieces] : nil
    note(lost, &batch, from: from, next: next.flatMap { unsafe queue.events(of: $0).first?.ticks })
  }

  // Returns the number of the first event that was not copied: one that is too late, or the end.
  private func copy(
    _ numbers: Range<UInt64>, into queue: EventQueue, _ batch: inout EventBatch
  ) -> UInt64 {
    var number = numbers.lowerBound
    let mask = UInt64(ring.capacity - 1)
    while number < numbers.upperBound {
      let index = Int(number & mask)
      let wanted = min(Int(numbers.upperBound - number), ring.capacity - index, queue.room)
      guard wanted > 0 else { break }
      let target = unsafe queue.place(wanted)
      guard let start = target.baseAddress else { break }
      unsafe start.update(from: ring.events + index, count: target.count)
      var count = 0
      while count < target.count, unsafe start[count].ticks <= batch.until { count += 1 }
      guard count > 0 else { break }
      batch.pieces.append(
        EventBatch.Piece(
          worker: worker, first: number, start: queue.commit(count), count: count))
      number += UInt64(count)
      if count < target.count { break }
    }
    return number
  }

  private static func drop(
    upTo first: UInt64, from pieces: inout [EventBatch.Piece], startingAt start: Int
  ) {
    while start < pieces.count, pieces[start].first < first {
      let count = min(Int(first - pieces[start].first), pieces[start].count)
      pieces[start].first += UInt64(count)
      pieces[start].start += UInt64(count)
      pieces[start].count -= count
      if pieces[start].count == 0 { pieces.remove(at: start) }
    }
  }
}

/// How many events a worker has written, and its record.
@safe
struct WorkerHead {
  private let record: UnsafePointer<tp_worker>

  init(_ region: tp_region, worker: UInt16) {
    unsafe record = unsafe UnsafePointer(region.workers + Int(worker))
  }

  private static let offset = MemoryLayout<tp_worker>.offset(of: \.head)!

  /// Events ever written; who sees it sees them.
  var value: UInt64 {
    let field = unsafe UnsafeRawPointer(record) + Self.offset
    return unsafe tp_load_acquire(field.assumingMemoryBound(to: UInt64.self))
  }

  /// Copies the worker's record.
  ///
  /// The worker changes its record before it writes the event, so a copy may be in the midst of
  /// one. It is good if no event came meanwhile, and the next one, if it comes at once, began
  /// later.
  ///
  /// - Parameters:
  ///   - ring: The ring of the worker as it is now.
  ///   - clock: Reads the clock.
  /// - Returns: The record, and how many events it counts.
  func copyRecord(
    _ ring: () -> EventRing?, _ clock: () -> UInt64
  ) -> (record: tp_worker, events: UInt64) {
    var worker = tp_worker()
    var events: UInt64 = 0
    for _ in 0..<Self.attempts {
      events = value
      worker = unsafe record.pointee
      atomicMemoryFence(ordering: .acquiring)
      let moment = clock()
      guard value == events else { continue }
      var patience = Self.attempts
      while value == events && patience > 0 { patience -= 1 }
      if value == events { break }
      guard let ring = ring(), events >= ring.first else { continue }
      let next = unsafe ring.events[Int(events & UInt64(ring.capacity - 1))].ticks
      if next > moment { break }
    }
    return (worker, events)
  }

  private static let attempts = 200
}
