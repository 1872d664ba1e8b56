import CAsyncTopProbe
import Foundation
import AsyncTopBus
import AsyncTopLinux
import Synchronization
import Testing

@testable import AsyncTopRecording

/// Each in a process of its own: a process has one region, and other tests of this one use it too.
@Suite struct `Recording a live region` {
  /// The tables at the end of a recording against the live ones, while nobody reports.
  private static func differences(of file: TemporaryFile) throws -> [String] {
    let recording = try file.recording()
    #expect(recording.damage == nil)
    let playback = try Playback(recording)
    playback.seek(toPosition: .max)
    #expect(playback.position == recording.eventCount)
    let live = try ProbedApp.copy()
    // What the app has in use includes slots that it only keeps at hand.
    for table in TableKind.allCases where table != .workers {
      live.setHigh(of: table, to: max(live.high(of: table), playback.region.high(of: table)))
      playback.region.setHigh(of: table, to: live.high(of: table))
    }
    return live.differences(from: playback.region)
  }

  /// Counts the steps of a writer, so that an app can wait for it: otherwise it would be luck
  /// whether the writer keeps up.
  private final class Steps: Sendable {
    let count = Atomic(0)
    let isDone = Atomic(false)

    func waitForTwo() {
      let start = count.load(ordering: .acquiring)
      while count.load(ordering: .acquiring) < start + 2 { sched_yield() }
    }

    /// Runs an app on three threads while a writer records it.
    func run(rounds: Int, seed: UInt64, step: () throws -> Void) throws {
      let app = Thread {
        ProbedApp.onThreads(3) {
          ProbedApp.live(rounds: rounds, seed: seed + UInt64($0), pause: self.waitForTwo)
        }
        self.isDone.store(true, ordering: .releasing)
      }
      app.start()
      while !isDone.load(ordering: .acquiring) {
        try step()
        count.add(1, ordering: .releasing)
      }
    }
  }

  @Test func `loses nothing and ends in the app's state`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      let file = try TemporaryFile()
      let before = ProbedApp.eventsWritten
      let writer = try RecordingWriter(to: file.descriptor, region: ProbedApp.memory())
      try #require(try writer.step() == .recording)
      try Steps().run(rounds: 1500, seed: 1) { _ = try writer.step() }
      try writer.finish()
      #expect(writer.statistics.lostEvents == 0)
      #expect(writer.statistics.invalidEvents == 0)
      #expect(writer.statistics.events == ProbedApp.eventsWritten - before)
      #expect(writer.statistics.events > 30_000)
      #expect(try Self.differences(of: file) == [])
    }
  }

  // Rule 6 of TableCopy, for an app with three threads.
  private static func isTolerable(_ difference: String) -> Bool {
    let words = difference.split(separator: " ")
    guard let live = UInt64(words[words.count - 2]), let recorded = UInt64(words[words.count - 1])
    else { return false }
    let difference = max(live, recorded) - min(live, recorded)
    let word = Int(words[5].dropLast()) ?? 0
    return switch words[0] {
    case "groups": (word == 4 || word == 5) && difference <= 3
    case "workers": word > 5 && difference == 1
    default: false
    }
  }

  @Test func `begun while the app runs ends in the app's state`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      // So that the app writes events before there is a writer.
      ProbedApp.memory().observers?.raiseLease(to: .max)
      defer { ProbedApp.memory().observers?.endLease() }
      for run in 0..<20 as Range<UInt64> {
        let file = try TemporaryFile()
        var writer: RecordingWriter?
        let start = ProbedApp.eventsWritten
        try Steps().run(rounds: 400, seed: 100 + run * 3) {
          if let writer { return _ = try writer.step() }
          if ProbedApp.eventsWritten < start + 500 { return }
          writer = try RecordingWriter(to: file.descriptor, region: ProbedApp.memory())
        }
        try writer?.finish()
        let differences = try Self.differences(of: file).filter { !Self.isTolerable($0) }
        #expect(differences == [])
        #expect(writer?.statistics.lostEvents == 0)
      }
    }
  }

  @Test func `counts what was overwritten and repairs the tables`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      let file = try TemporaryFile()
      var options = RecordingOptions()
      options.ringTime = .zero
      let writer = try RecordingWriter(
        to: file.descriptor, region: ProbedApp.memory(), options: options)
      try #require(try writer.step() == .recording)
      let before = ProbedApp.eventsWritten
      ProbedApp.onThreads(2) { ProbedApp.live(rounds: 200, seed: UInt64($0) + 21) }
      _ = try writer.step()
      let recorded = writer.statistics.events
      #expect(writer.statistics.lostEvents == 0)
      ProbedApp.onThreads(1) { _ in ProbedApp.live(rounds: 3000, seed: 31) }
      let late = ProbedApp.eventsWritten - before - recorded
      #expect(late > ProbedApp.ringCapacity)
      _ = try writer.step()
      // What the writer had not come around to is there.
      let lost = writer.statistics.lostEvents
      #expect(lost > 0 && lost < late)
      ProbedApp.onThreads(2) { ProbedApp.live(rounds: 100, seed: UInt64($0) + 41) }
      try writer.finish()
      #expect(writer.statistics.events + lost == ProbedApp.eventsWritten - before + 1)
      #expect(try file.recording().lostEvents == lost)
      #expect(try Self.differences(of: file) == [])
    }
  }

  @Test func `is to be called again the sooner the faster the rings fill`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      let file = try TemporaryFile()
      let writer = try RecordingWriter(to: file.descriptor, region: ProbedApp.memory())
      for _ in 0..<2 { _ = try writer.step() }
      #expect(writer.pause == 5)
      let before = ProbedApp.eventsWritten
      ProbedApp.onThreads(1) { _ in ProbedApp.live(rounds: 300, seed: 61) }
      let (written, capacity) = (ProbedApp.eventsWritten - before, UInt64(ProbedApp.ringCapacity))
      #expect(written > capacity / 8 && written < capacity)
      _ = try writer.step()
      #expect(writer.pause == 0)
      for _ in 0..<6 { _ = try writer.step() }
      #expect(writer.pause == 5)
    }
  }

  @Test func `notices that its lease ran out`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      let file = try TemporaryFile()
      let writer = try RecordingWriter(to: file.descriptor, region: ProbedApp.memory())
      try #require(try writer.step() == .recording)
      ProbedApp.memory().observers?.endLease()
      let before = ProbedApp.eventsWritten
      ProbedApp.onThreads(1) { _ in ProbedApp.live(rounds: 50, seed: 51) }
      #expect(ProbedApp.eventsWritten == before)
      _ = try writer.step()
      try writer.finish()
      #expect(try file.recording().gaps.map(\.kind) == [.unasked])
      #expect(try file.recording().gaps.first?.settled != nil)
      #expect(try Self.differences(of: file) == [])
    }
  }

  @Test func `closes the recording before it is too large`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      let file = try TemporaryFile()
      let writer = try RecordingWriter(
        to: file.descriptor, region: ProbedApp.memory(),
        options: RecordingOptions(maximumSize: 300_000, flushInterval: .zero))
      var progress = RecordingProgress.recording
      var rounds: UInt64 = 0
      while progress == .recording && rounds < 10_000 {
        ProbedApp.onThreads(1) { _ in ProbedApp.live(rounds: 20, seed: 61) }
        progress = try writer.step()
        rounds += 1
      }
      #expect(progress == .sizeLimitReached)
      #expect(try writer.step() == .sizeLimitReached)
      try writer.finish()
      let size = try file.contents().count
      #expect(size <= 300_000 && size > 200_000)
      let recording = try file.recording()
      #expect(recording.isComplete && recording.damage == nil)
      #expect(recording.eventCount > 100)
    }
  }

  @Test func `says when there is no room and nobody reads`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
      let noRoom = #expect(throws: RecordingError.self) {
        _ = try RecordingWriter(to: full.fileDescriptor, region: ProbedApp.memory())
      }
      #expect(noRoom?.code == .diskFull)
      signal(SIGPIPE, SIG_IGN)
      let pipe = Pipe()
      let writer = try RecordingWriter(
        to: pipe.fileHandleForWriting.fileDescriptor, region: ProbedApp.memory())
      try pipe.fileHandleForReading.close()
      let noReader = #expect(throws: RecordingError.self) { try writer.step() }
      #expect(noReader?.code == .readerGone)
    }
  }

  @Test func `keeps marks, names and resolved places`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      final class Resolver: AddressResolver {
        func location(of address: UInt64, isReturnAddress: Bool) -> AsyncTopBus.SourceLocation? {
          address == 0x1111
            ? AsyncTopBus.SourceLocation(function: "runtime", file: "", line: 0, origin: .runtime)
            : AsyncTopBus.SourceLocation(function: "user\(address)", file: "a/b.swift", line: 7)
        }
      }
      let file = try TemporaryFile()
      let writer = try RecordingWriter(
        to: file.descriptor, region: ProbedApp.memory(), resolver: Resolver())
      try #require(try writer.step() == .recording)
      let frames: [UInt64] = [0x1111, 0x2222, 0x3333, 0x4444]
      let site = unsafe tp_code_site(TP_SITE_CODE.rawValue, frames)
      unsafe tp_mark("half way")
      ProbedApp.onThreads(1) { _ in ProbedApp.live(rounds: 5, seed: 71) }
      _ = try writer.step()
      try writer.finish()
      let recording = try file.recording()
      #expect(recording.marks.map(\.label) == ["half way"])
      let playback = try Playback(recording)
      playback.seek(toFraction: 1)
      let snapshot = playback.snapshot()
      #expect(snapshot.process.id == getpid())
      #expect(snapshot.groups.contains { $0.name == "children" })
      let found = try #require(snapshot.site(site))
      #expect(recording.location(of: found)?.function == "user\(0x2222)")
      #expect(recording.location(of: 0x3333, isReturnAddress: true) == nil)
    }
  }

  @Test func `refuses an app that it may only look at, and says what to do`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      let file = try TemporaryFile()
      let refused = #expect(throws: RecordingError.self) {
        try RecordingWriter(to: file.descriptor, region: ProbedApp.memory(isAsked: false))
      }
      #expect(refused?.code == .readOnlyRegion)
      #expect(throws: try #require(refused)) {
        try RecordingWriter.check(ProbedApp.memory(isAsked: false))
      }
      try RecordingWriter.check(ProbedApp.memory(isAsked: true))
      #expect(refused?.message.contains("record it as the user that it runs as") == true)
      #expect(try file.contents().isEmpty)
      #expect(ProbedApp.memory().observers?.lease == 0)
    }
  }

  @Test func `says nothing of moments whose events it lacks, wherever it is cut off`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      let file = try TemporaryFile()
      // Events wait for a block to be full; the moments of the app's life are written each second.
      let writer = try RecordingWriter(
        to: file.descriptor, region: ProbedApp.memory(),
        options: RecordingOptions(flushInterval: .seconds(60)))
      for round in 0..<30 as Range<UInt64> {
        _ = try writer.step()
        ProbedApp.onThreads(1) { _ in ProbedApp.live(rounds: 5, seed: 100 + round) }
        Program.waitReadable(-1, milliseconds: 50)
      }
      try writer.finish()
      let whole = try Playback(try file.recording())
      let bytes = RecordingBytes(bytes: try file.contents())
      var lengths = Set<UInt64>()
      for boundary in bytes.boundaries.dropFirst(2) {
        let cut = try TemporaryFile(Array(bytes.bytes[..<boundary])).recording()
        lengths.insert(cut.endTicks)
        guard cut.eventCount > 0 else {
          #expect(cut.duration == .zero)
          continue
        }
        whole.seek(toTicks: cut.endTicks)
        #expect(whole.position <= cut.eventCount)
      }
      #expect(lengths.count > 2)
    }
  }

  @Test func `leaves a recording that plays when there is no more room midway`() async {
    await #expect(processExitsWith: .success) {
      try #require(ProbedApp.start)
      // Stands in for a disk that fills: what would make the file larger fails.
      var room = rlimit(rlim_cur: 300_000, rlim_max: 300_000)
      try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &room) == 0)
      let file = try TemporaryFile()
      let writer = try RecordingWriter(
        to: file.descriptor, region: ProbedApp.memory(),
        options: RecordingOptions(flushInterval: .zero))
      var rounds: UInt64 = 0
      let noRoom = #expect(throws: RecordingError.self) {
        while rounds < 10_000 {
          ProbedApp.onThreads(1) { _ in ProbedApp.live(rounds: 20, seed: 81) }
          _ = try writer.step()
          rounds += 1
        }
      }
      #expect(noRoom?.code == .diskFull)
      #expect(noRoom?.cause == .fileTooLarge)
      let again = #expect(throws: RecordingError.self) { try writer.finish() }
      #expect(again == noRoom)
      let size = try file.contents().count
      #expect(size == Int(writer.statistics.bytes))
      #expect(size <= 300_000 && size > 200_000)
      let recording = try file.recording()
      #expect(recording.damage == nil)
      #expect(recording.eventCount > 1000)
      let playback = try Playback(recording)
      playback.seek(toPosition: .max)
      #expect(playback.position == recording.eventCount && playback.damage == nil)
    }
  }
}
