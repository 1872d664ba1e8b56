import CAsyncTopProbe
import Synchronization

/// Measures the polls of one task by the events that the app's threads write to their rings.
///
/// A writer never waits, so what was copied counts only if the writer had not come around to it
/// afterwards; what was overwritten is skipped. Not for several threads at once.
@safe
final class PollFollower {
  /// What is known of one thread's ring.
  private struct Ring {
    var position: UInt64
    /// When the poll began that is open on the thread, in ticks; 0 if none is.
    var began: UInt64 = 0
  }

  let task: UInt64
  private let slot: UInt32
  private let memory: RegionMemory
  private var rings: [Ring] = []

  /// Follows the polls that begin from now on.
  init(_ task: TaskRecord, in memory: RegionMemory) {
    self.task = task.id
    self.memory = memory
    slot = UInt32(task.slot)
    rings = (0..<workerCount).map { Ring(position: head($0)) }
  }

  /// The polls that have ended since the last call, in ticks.
  func collect() -> [UInt64] {
    // A ring that was not there before is all new.
    while rings.count < workerCount { rings.append(Ring(position: 0)) }
    return rings.indices.flatMap(follow)
  }

  private var workerCount: Int {
    unsafe Int(min(memory.header.pointee.worker_high, memory.tables.worker_capacity))
  }

  private func head(_ worker: Int) -> UInt64 {
    unsafe tp_load_acquire(&memory.tables.workers[worker].head)
  }

  private func follow(_ worker: Int) -> [UInt64] {
    guard let part = unsafe EventRing(of: worker, in: memory.tables) else { return [] }
    let (ring, capacity) = unsafe (part.events, UInt64(part.capacity))
    let end = head(worker)
    var start = rings[worker].position
    rings[worker].position = end
    // What is in the place before is skipped.
    if start < part.first {
      start = part.first
      rings[worker].began = 0
    }
    guard end > start, end - start < capacity else {
      if end != start { rings[worker].began = 0 }
      return []
    }
    var found: [(number: UInt64, event: tp_event)] = []
    for number in start..<end {
      let event = unsafe ring[Int(number & (capacity - 1))]
      if event.slot == slot, event.tag == UInt16(truncatingIfNeeded: task) {
        found.append((number, event))
      }
    }
    atomicMemoryFence(ordering: .acquiring)
    let oldest = head(worker)
    return found.compactMap { number, event in
      number +| capacity > oldest +| 1 ? measure(event, on: worker) : nil
    }
  }

  private func measure(_ event: tp_event, on worker: Int) -> UInt64? {
    switch tp_event_kind(UInt32(event.kind)) {
    case TP_EVENT_POLL_BEGAN:
      rings[worker].began = event.ticks
      return nil
    case TP_EVENT_POLL_ENDED, TP_EVENT_TASK_ENDED:
      let began = rings[worker].began
      rings[worker].began = 0
      return began == 0 || event.ticks < began ? nil : event.ticks -| began
    default:
      return nil
    }
  }
}
