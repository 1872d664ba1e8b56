import AsyncTopBus
import CAsyncTopProbe
import Foundation
import Testing

@testable import AsyncTopRecording

/// Each in a process of its own, as `RecordingWriterTests`.
@Suite struct `A recording of which something is missing` {
  /// What an app does and its recorder does not see, by a seed: some of it is lost, at random.
  private static func run(seed: UInt64, _ writer: RecordingWriter) throws {
    var random = SeededGenerator(seed: seed)
    for part in 0..<40 as Range<UInt64> {
      // One thread is too fast for its ring now and then, others are not meanwhile.
      let rounds = random.oneIn(6) ? 700 + Int(random.next() % 1500) : Int(random.next() % 60)
      ProbedApp.onThreads(1) { _ in ProbedApp.live(rounds: rounds, seed: seed << 8 | part << 1) }
      ProbedApp.onThreads(2) {
        ProbedApp.live(rounds: 20, seed: seed << 16 | part << 2 | UInt64($0) | 1 << 24)
      }
      for _ in 0..<(random.next() % 3) { _ = try writer.step() }
    }
    try writer.finish()
  }

  private static func differences(of playback: Playback) throws -> [String] {
    let live = try ProbedApp.copy()
    for table in TableKind.allCases where table != .workers {
      live.setHigh(of: table, to: max(live.high(of: table), playback.region.high(of: table)))
      playback.region.setHigh(of: table, to: live.high(of: table))
    }
    return live.differences(from: playback.region)
  }

  @Test func `says what and when, and is right again after each loss`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      var losses = 0
      for seed in 1...8 as ClosedRange<UInt64> {
        let file = try TemporaryFile()
        let before = ProbedApp.eventsWritten
        var options = RecordingOptions()
        options.ringTime = .zero
        let writer = try RecordingWriter(
          to: file.descriptor, region: ProbedApp.memory(), options: options)
        try #require(try writer.step() == .recording)
        try Self.run(seed: seed, writer)
        let recording = try file.recording()
        #expect(recording.damage == nil && recording.isComplete)
        let lost = recording.gaps.reduce(0) { $0 + $1.count }
        #expect(lost == writer.statistics.lostEvents && lost == recording.lostEvents)
        // A repair counts as an event; one may follow several gaps.
        let repairs = Set(recording.gaps.map(\.settled)).count
        #expect(
          writer.statistics.events + lost
            == ProbedApp.eventsWritten - before + UInt64(repairs))
        for gap in recording.gaps {
          #expect(gap.kind == .lost && gap.count > 0 && !gap.workers.isEmpty)
          #expect(gap.start <= gap.end && gap.end <= gap.settled ?? 0)
        }
        losses += recording.gaps.count
        let playback = try Playback(recording)
        playback.seek(toPosition: .max)
        #expect(playback.position == recording.eventCount && playback.damage == nil)
        #expect(playback.gap == nil)
        #expect(try Self.differences(of: playback) == [])
        // The same moments, whichever way one comes there.
        let other = try Playback(recording)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
          let position = random.next() % (recording.eventCount + 1)
          playback.seek(toPosition: position)
          other.seek(toPosition: 0)
          other.play(toPosition: position)
          #expect(playback.region.digest == other.region.digest)
        }
      }
      #expect(losses > 8)
    }
  }

  @Test func `costs the ring that was overtaken, and no other`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      let file = try TemporaryFile()
      var options = RecordingOptions()
      options.ringTime = .zero
      let writer = try RecordingWriter(
        to: file.descriptor, region: ProbedApp.memory(), options: options)
      try #require(try writer.step() == .recording)
      ProbedApp.onThreads(2) { index in
        ProbedApp.live(rounds: index == 0 ? 3000 : 50, seed: UInt64(index) + 5)
      }
      try writer.finish()
      let recording = try file.recording()
      #expect(recording.gaps.count == 1)
      #expect(recording.gaps.first?.workers.count == 1)
      // All that the slow thread wrote is there.
      let playback = try Playback(recording)
      var created = 0
      while playback.position < recording.eventCount {
        playback.step(by: 1)
        if playback.event?.description == "task \(6 << 32 | UInt64(created) + 1): created" {
          created += 1
        }
      }
      #expect(created == 50)
    }
  }

  @Test func `leaves out wakes and polls before it loses anything, and says so`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      let file = try TemporaryFile()
      var options = RecordingOptions()
      options.bufferedEvents = 1 << 16
      let writer = try RecordingWriter(
        to: file.descriptor, region: ProbedApp.memory(), options: options)
      try #require(try writer.step() == .recording)
      let before = ProbedApp.eventsWritten
      // Five threads, whose rings are nearly full, together fill more than half of the buffer.
      ProbedApp.onThreads(5) { ProbedApp.live(rounds: 400, seed: UInt64($0) + 71) }
      #expect(ProbedApp.eventsWritten - before > 1 << 15)
      _ = try writer.step()
      ProbedApp.onThreads(1) { _ in ProbedApp.live(rounds: 20, seed: 81) }
      try writer.finish()
      #expect(writer.statistics.lostEvents == 0)
      #expect(writer.statistics.omittedEvents > 1000)
      let recording = try file.recording()
      #expect(recording.lostEvents == 0)
      #expect(Set(recording.gaps.map(\.kind)) == [.polls])
      #expect(recording.gaps.reduce(0) { $0 + $1.count } == writer.statistics.omittedEvents)
      let playback = try Playback(recording)
      playback.seek(toPosition: .max)
      #expect(try Self.differences(of: playback) == [])
    }
  }

  @Test func `leaves out more the fuller its buffer is`() {
    var omission = EventOmission()
    var levels: [EventOmission.Level] = []
    for use in [0.1, 0.3, 0.2, 0.6, 0.3, 0.2, 0.05, 0.2] {
      omission.choose(use: use)
      levels.append(omission.level)
    }
    #expect(levels == [.nothing, .wakes, .wakes, .polls, .polls, .polls, .nothing, .nothing])
    for kind in EventKind.allCases where ![.taskScheduled, .pollBegan, .pollEnded].contains(kind) {
      #expect(!EventOmission.Level.polls.omits(kind))
    }
    #expect(!EventOmission.Level.wakes.omits(.pollBegan))
    #expect(EventOmission.Level.wakes.omits(.taskScheduled))
  }
}
