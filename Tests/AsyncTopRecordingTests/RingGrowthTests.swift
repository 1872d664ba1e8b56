import AsyncTopBus
import CAsyncTopProbe
import Testing

@testable import AsyncTopRecording

/// Each in a process of its own: a process has one region.
@Suite struct `A ring that is full too soon` {
  private static func drain(_ queue: EventQueue) -> RingDrain {
    let lease = unsafe ObserverLease(ProbedApp.memory().observers, of: ProbedApp.region)
    return unsafe RingDrain(ProbedApp.region, lease: lease, queue: queue)
  }

  /// Writes events that are numbered, so that it is seen which of them come.
  private static func mark(_ numbers: Range<UInt64>) {
    for number in numbers {
      unsafe tp_emit(
        tp_current_thread(),
        tp_event(
          ticks: tp_ticks(), slot: 0, kind: UInt8(TP_EVENT_MARK.rawValue), detail: 0, tag: 0,
          a: number, b: 0))
    }
  }

  private static func marks(_ queue: EventQueue) -> [UInt64] {
    var found: [UInt64] = []
    for batch in queue.take() {
      for piece in batch.pieces {
        let events = unsafe Array(queue.events(of: piece))
        found += events.filter { $0.kind == UInt8(TP_EVENT_MARK.rawValue) }.map(\.a)
      }
      queue.free(batch)
    }
    return found
  }

  @Test func `moves to a larger place, and nothing that was read in time is lost`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      let queue = try EventQueue(capacity: 1 << 16)
      let drain = Self.drain(queue)
      ProbedApp.memory().observers?.raiseRingTime(to: .max)
      drain.begin()
      let capacity = UInt64(ProbedApp.ringCapacity)
      var found: [UInt64] = []
      var next: UInt64 = 0
      for _ in 0..<24 {
        Self.mark(next..<next + capacity / 4)
        next += capacity / 4
        drain.round()
        found += Self.marks(queue)
      }
      #expect(found == Array(0..<next))
      let worker = unsafe Int(tp_current_thread().pointee.index)
      let ring = try #require(unsafe EventRing(of: worker, in: ProbedApp.region))
      #expect(ring.moves > 0 && ring.capacity > Int(capacity))
    }
  }

  @Test func `stays where it is if nobody asks`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      ProbedApp.memory().observers?.raiseLease(to: .max)
      Self.mark(0..<UInt64(ProbedApp.ringCapacity) * 4)
      let worker = unsafe Int(tp_current_thread().pointee.index)
      let ring = try #require(unsafe EventRing(of: worker, in: ProbedApp.region))
      #expect(ring.moves == 0 && ring.capacity == Int(ProbedApp.ringCapacity))
    }
  }

  @Test func `takes no more than the region has for all`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      ProbedApp.memory().observers?.raiseLease(to: .max)
      ProbedApp.memory().observers?.raiseRingTime(to: .max)
      // Each thread has a worker of its own while they all run.
      ProbedApp.onThreads(12) { _ in Self.mark(0..<UInt64(ProbedApp.ringCapacity) * 40) }
      let room = unsafe ProbedApp.region.grown_bytes / UInt64(MemoryLayout<tp_event>.stride)
      var ends: [(start: UInt64, end: UInt64)] = []
      let workers = unsafe Int(ProbedApp.region.header.pointee.worker_high)
      for worker in 0..<workers {
        let place = unsafe ProbedApp.region.workers[worker].ring_place
        guard place != 0 else { continue }
        let start = tp_ring_start(place)
        ends.append((start, start + 1 << UInt64(tp_ring_shift(place))))
      }
      #expect(!ends.isEmpty)
      ends.sort { $0.start < $1.start }
      for (left, right) in zip(ends, ends.dropFirst()) { #expect(left.end <= right.start) }
      #expect((ends.last?.end ?? 0) <= room)
    }
  }

  @Test func `that was overtaken keeps what the writer has not reached`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      let queue = try EventQueue(capacity: 1 << 16)
      let drain = Self.drain(queue)
      drain.begin()
      let written = UInt64(ProbedApp.ringCapacity) * 3
      Self.mark(0..<written)
      drain.round()
      let batches = queue.take()
      let gaps = batches.flatMap(\.gaps)
      let kept = UInt64(batches.reduce(0) { $0 + $1.count })
      #expect(gaps.count == 1 && kept > 0)
      #expect(gaps.reduce(0) { $0 + $1.count } + kept >= written)
      #expect(gaps.allSatisfy { $0.from <= $0.to })
    }
  }
}
