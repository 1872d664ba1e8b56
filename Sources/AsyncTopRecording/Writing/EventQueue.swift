import AsyncTopLinux
import CAsyncTopProbe
import Synchronization

/// Events on their way from whoever drains the rings to whoever writes them down.
///
/// 1. One thread adds: it alone uses `room`, `place`, `commit` and `add`, and the fields of adding.
/// 2. One thread takes: it alone uses `take` and `free`. The events of a batch stay until it is
///    freed.
/// 3. `freed` is stored by the one that takes, by release, and loaded by the other, by acquire;
///    `added` the other way. Batches pass under the lock; their events were written before.
@safe
final class EventQueue: @unchecked Sendable {
  /// How many events it holds, a power of two: 64 MiB.
  static let capacity = 1 << 21

  private let memory: ReservedMemory
  private let events: UnsafeMutablePointer<tp_event>
  private let capacity: Int
  private let freed = Atomic<UInt64>(0)
  private let waiting = Mutex<[EventBatch]>([])
  private let added = Atomic<UInt64>(0)
  private let placed = Atomic<UInt64>(0)
  private let placedBase = Atomic<UInt64>(0)
  // Of adding: events ever placed, and the number from which on room is counted.
  private var end: UInt64 = 0
  private var base: UInt64 = 0

  /// Reserves the memory; it is used as far as events wait.
  init(capacity: Int = EventQueue.capacity) throws(RecordingError) {
    precondition(capacity > 0 && capacity & (capacity - 1) == 0)
    self.capacity = capacity
    let size = capacity * MemoryLayout<tp_event>.stride
    do {
      memory = try ReservedMemory(size: size)
    } catch {
      throw RecordingError(
        .noMemory,
        "there is no address space for \(size >> 20) MiB of events; raise the limit (ulimit -v)",
        cause: error)
    }
    unsafe events = unsafe memory.start.assumingMemoryBound(to: tp_event.self)
  }

  /// For how many events there is room.
  var room: Int {
    let freed = freed.load(ordering: .acquiring)
    // All were taken: begin at the start again, where the memory is in use already.
    if freed >= end {
      end = (end + UInt64(capacity) - 1) & ~UInt64(capacity - 1)
      base = end
    }
    return capacity - Int(end - max(base, freed))
  }

  /// Where the next events go: at most so many, fewer if the memory ends before.
  ///
  /// Whoever places them has asked whether there is room.
  func place(_ count: Int) -> UnsafeMutableBufferPointer<tp_event> {
    let index = Int(end & UInt64(capacity - 1))
    return unsafe UnsafeMutableBufferPointer(
      start: events + index, count: min(count, capacity - index))
  }

  /// Keeps the first events that were placed; returns the number of the first.
  func commit(_ count: Int) -> UInt64 {
    defer { end += UInt64(count) }
    return end
  }

  /// Passes on a batch of events that were placed.
  func add(_ batch: EventBatch) {
    var batch = batch
    batch.end = end
    waiting.withLock { waiting in
      // A moment is no reason for another batch.
      if batch.isEmpty, let last = waiting.indices.last {
        waiting[last].until = max(waiting[last].until, batch.until)
        waiting[last].clock = batch.clock ?? waiting[last].clock
      } else {
        waiting.append(batch)
      }
    }
    placedBase.store(base, ordering: .relaxed)
    placed.store(end, ordering: .releasing)
    added.store(batch.serial, ordering: .releasing)
  }

  /// The last round whose events were added: all that it and those before it took had happened.
  var lastSerial: UInt64 { added.load(ordering: .acquiring) }

  /// Which part of it is in use: by what was taken and not freed, or waits.
  var use: Double {
    let end = placed.load(ordering: .acquiring)
    let start = max(freed.load(ordering: .relaxed), placedBase.load(ordering: .relaxed))
    return end > start ? Double(end - start) / Double(capacity) : 0
  }

  /// All batches that wait, in order.
  func take() -> [EventBatch] {
    waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }

  /// The events of a part of a batch that was taken and not freed.
  func events(of piece: EventBatch.Piece) -> UnsafeBufferPointer<tp_event> {
    let start = unsafe events + Int(piece.start & UInt64(capacity - 1))
    return unsafe UnsafeBufferPointer(start: start, count: piece.count)
  }

  /// Gives the room of a batch, and of those before it, to others.
  func free(_ batch: EventBatch) { freed.store(batch.end, ordering: .releasing) }
}

/// The events of all rings that were collected in one round.
struct EventBatch {
  /// Events of one ring that lie one after the other.
  struct Piece {
    var worker: UInt16
    /// The number of the first one among those of its worker.
    var first: UInt64
    /// The number of the first one among those of the queue.
    var start: UInt64
    var count: Int
  }

  /// The number of the round.
  var serial: UInt64
  /// No event that was written by this moment is missing, but for those that are lost.
  var until: UInt64
  /// That moment on both clocks; nil if not all that had happened found room.
  var clock: (ticks: UInt64, monotonic: UInt64)?
  var pieces: [Piece] = []
  var gaps: [EventGap] = []
  /// The number, in the queue, of the first event after it.
  var end: UInt64 = 0

  var isEmpty: Bool { pieces.isEmpty && gaps.isEmpty }
  /// How many events it has.
  var count: Int { pieces.reduce(0) { $0 + $1.count } }
}

/// Events of one thread that were overwritten before they were read; of all threads, if the app was
/// not asked for events.
struct EventGap {
  /// Nil for all.
  var worker: UInt16?
  /// 0 if nobody knows.
  var count: UInt64
  /// Nothing that is missing was written before this moment.
  var from: UInt64
  /// Nothing that is missing was written after this moment.
  var to: UInt64
}
