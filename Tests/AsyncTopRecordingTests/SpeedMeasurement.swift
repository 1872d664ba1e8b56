import CAsyncTopProbe
import Foundation
import Testing

@testable import AsyncTopRecording

/// Prints how fast recordings are written, read and sought in.
///
/// Not a test: nothing is expected of the numbers.
///
/// ```
/// swift build -c release --build-tests -Xswiftc -enable-testing
/// ASYNCTOP_MEASURE=10000000 swift test -c release --skip-build --filter SpeedMeasurement
/// ```
@Suite(.enabled(if: ProcessInfo.processInfo.environment["ASYNCTOP_MEASURE"] != nil))
struct SpeedMeasurement {
  /// What a server does: 2,000 tasks on two workers that wait for timers and continuations.
  private struct Server {
    var random = SeededGenerator(seed: 99)
    var ticks: UInt64 = 10_000_000_000
    var arms = [UInt64](repeating: 0, count: 4096)
    var nextTask: UInt64 = 5000
    var ids = (0..<2000).map { UInt64($0) + 1 }

    mutating func round(
      _ body: (tp_event_kind, UInt32, UInt8, UInt64, UInt64, UInt64, UInt16) -> Void
    ) {
      let slot = UInt32(random.next() % 2000)
      let worker = UInt16(random.next() % 8 == 0 ? 1 : 0)
      if random.oneIn(40) {
        body(TP_EVENT_TASK_ENDED, slot, 1, ids[Int(slot)], 0, 0, worker)
        ids[Int(slot)] = nextTask
        nextTask += 1
        body(TP_EVENT_TASK_CREATED, slot, 0, nextTask - 1, nextTask - 1, 0, worker)
        body(TP_EVENT_TASK_ORIGIN, slot, 0, nextTask - 1, 7, 21 << 16 | 8, worker)
      }
      let id = ids[Int(slot)]
      let isWokenOutside = random.oneIn(3)
      if isWokenOutside { body(TP_EVENT_TASK_SCHEDULED, slot, 0, id, 0, 0, worker) }
      body(TP_EVENT_POLL_BEGAN, slot, 0, id, 0, 0, worker)
      if !isWokenOutside {
        let other = UInt32(random.next() % 2000)
        body(TP_EVENT_TASK_SCHEDULED, other, 0, ids[Int(other)], id, 0, worker)
      }
      let target: UInt64
      let isTimer = slot % 4 == 0
      if isTimer {
        arms[Int(slot)] += 1
        target = arms[Int(slot)] << 32 | UInt64(slot)
        body(
          TP_EVENT_TIMER_ARMED, slot, 1, arms[Int(slot)], target, ticks / 3 + 1_000_000, worker)
        body(TP_EVENT_TIMER_ORIGIN, slot, 1, arms[Int(slot)], id, 9, worker)
      } else {
        target = 0x7f00_0000_0000 + UInt64(slot) * 512
      }
      let site = UInt64(20 + random.next() % 3)
      body(TP_EVENT_POLL_ENDED, slot, isTimer ? 5 : 3, id, target, site, worker)
      if isTimer { body(TP_EVENT_TIMER_ENDED, slot, 1, arms[Int(slot)], 0, 0, worker) }
    }
  }

  private func capacities() -> TableCapacities {
    var capacities = TableCapacities.small
    capacities.tasks = 1 << 21
    capacities.timers = 1 << 21
    capacities.groups = 1 << 17
    return capacities
  }

  private func makeEvents(_ wanted: Int) -> [(tp_event, UInt16)] {
    var server = Server()
    var events: [(tp_event, UInt16)] = []
    events.reserveCapacity(wanted + 10)
    while events.count < wanted {
      server.ticks += server.random.next() % 4000
      var ticks = server.ticks
      server.round { kind, slot, detail, id, a, b, worker in
        ticks += 150 + id % 512
        let event = tp_event(
          ticks: ticks, slot: slot, kind: UInt8(kind.rawValue), detail: detail,
          tag: UInt16(truncatingIfNeeded: id), a: a, b: b)
        events.append((event, worker))
      }
      server.ticks = ticks
    }
    return events
  }

  @Test func `writing, reading and seeking`() throws {
    let wanted = Int(ProcessInfo.processInfo.environment["ASYNCTOP_MEASURE"] ?? "") ?? 1_000_000
    let file = try TemporaryFile()
    try write(makeEvents(wanted), to: file)
    try read(file)
  }

  private func write(_ events: [(tp_event, UInt16)], to file: TemporaryFile) throws {
    let region = try PrivateRegion(capacities())
    var header = RecordingHeader.sample
    header.capacities = capacities()
    let output = BlockOutput(file.descriptor, limit: nil)
    let composer = try RecordingComposer(header, region: region, to: output)
    try composer.jump(lost: 0, at: events[0].0.ticks)
    let validator = RegionValidator(region)
    let writing = try ContinuousClock().measure {
      for (event, worker) in events {
        guard let kind = EventKind(rawValue: event.kind),
          validator.accepts(event, of: kind, worker: worker)
        else { continue }
        try composer.add(event, kind, worker: worker)
      }
      try composer.flush()
    }
    try output.writeIndex()
    let count = Double(events.count)
    let size = Double(output.position) / count
    print("events \(events.count), \(size) bytes each with \(composer.keyframes) keyframes")
    print("written \(count / (writing / .seconds(1)) / 1e6) million/s")
  }

  private func read(_ file: TemporaryFile) throws {
    let clock = ContinuousClock()
    let recording = try file.recording()
    let playback = try Playback(recording)
    // A seek would leap to a keyframe near its goal; in stretches, everything is played.
    let playing = clock.measure {
      while playback.position < recording.eventCount { playback.step(by: 100_000) }
    }
    print("played \(Double(recording.eventCount) / (playing / .seconds(1)) / 1e6) million/s")
    var random = SeededGenerator(seed: 5)
    let seeks = (0..<200).map { _ in
      clock.measure { playback.seek(toPosition: random.next() % recording.eventCount) }
    }.sorted()
    print("seek: median \(seeks[100]), p99 \(seeks[197]), worst \(seeks[199])")
    let back = clock.measure { playback.step(by: -1) }
    let opening = try clock.measure { _ = try file.recording() }
    print("step back \(back), open \(opening)")
    #expect(playback.damage == nil)
  }
}
