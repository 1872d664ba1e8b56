import AsyncTopBus
import Testing

@testable import AsyncTopRecording

@Suite struct `A recording played back` {
  @Test(arguments: [1, 2, 3, 4] as [UInt64], [false, true])
  func `is in the same state at a moment wherever it comes from`(seed: UInt64, losses: Bool) throws
  {
    let model = try ModelRecording(seed: seed, events: 3000, losses: losses)
    let file = try TemporaryFile(model.bytes)
    let recording = try file.recording()
    #expect(recording.damage == nil)
    #expect(recording.isComplete)
    #expect(Int(recording.eventCount) == model.digests.count - 1)
    let playback = try Playback(recording)
    for position in model.digests.indices {
      playback.seek(toPosition: UInt64(position))
      try #require(playback.position == UInt64(position))
      try #require(playback.region.digest == model.digests[position], "forward to \(position)")
    }
    var random = SeededGenerator(seed: seed)
    for _ in 0..<400 {
      let position = Int(random.next() % UInt64(model.digests.count))
      playback.seek(toPosition: UInt64(position))
      try #require(playback.region.digest == model.digests[position], "to \(position)")
      playback.step(by: -1)
      try #require(
        playback.region.digest == model.digests[max(0, position - 1)], "back from \(position)")
    }
  }

  @Test(arguments: [5, 6] as [UInt64])
  func `shows at a moment what had happened by then`(seed: UInt64) throws {
    let model = try ModelRecording(seed: seed, events: 2000, losses: seed == 6)
    let file = try TemporaryFile(model.bytes)
    let playback = try Playback(try file.recording())
    var random = SeededGenerator(seed: seed)
    let (first, last) = (model.ticks.first!, model.ticks.last!)
    for _ in 0..<300 {
      let ticks = first + random.next() % (last - first + 1)
      let position = model.ticks.lastIndex { $0 <= ticks }!
      playback.seek(toTicks: ticks)
      try #require(playback.now == ticks)
      try #require(Int(playback.position) == position)
      try #require(playback.region.digest == model.digests[position])
    }
  }

  @Test func `reads a recording without an index as it does one with it`() throws {
    let model = try ModelRecording(seed: 7, events: 1500, losses: true)
    let bare = try ModelRecording(seed: 7, events: 1500, losses: true, isFinished: false)
    #expect(bare.bytes.count < model.bytes.count)
    #expect(bare.bytes[...] == model.bytes[..<bare.bytes.count])
    let (indexed, scanned) = try (
      TemporaryFile(model.bytes).recording(), TemporaryFile(bare.bytes).recording()
    )
    #expect(scanned.damage == nil)
    #expect(!scanned.isComplete)
    #expect(indexed.isComplete)
    #expect(scanned.eventCount == indexed.eventCount)
    #expect(scanned.marks == indexed.marks)
    #expect(!scanned.marks.isEmpty)
    #expect(scanned.lostEvents == indexed.lostEvents)
    #expect(scanned.duration == indexed.duration)
    #expect(scanned.density(stretches: 20) == indexed.density(stretches: 20))
    #expect(scanned.contents.keyframes.count == indexed.contents.keyframes.count)
  }

  @Test func `plays by the time that passes, at its speed`() throws {
    let model = try ModelRecording(seed: 8, events: 500)
    let playback = try Playback(try TemporaryFile(model.bytes).recording())
    playback.advance(by: .seconds(1))
    #expect(playback.time == .zero)
    playback.isPlaying = true
    playback.advance(by: .microseconds(100))
    #expect(abs((playback.time - .microseconds(100)) / .microseconds(1)) < 0.1)
    playback.speed = playback.speed.faster.faster
    playback.advance(by: .microseconds(100))
    #expect(abs((playback.time - .microseconds(500)) / .microseconds(1)) < 0.1)
    playback.speed = .slowest
    playback.advance(by: .microseconds(400))
    #expect(abs((playback.time - .microseconds(600)) / .microseconds(1)) < 0.1)
    playback.advance(by: .seconds(3600))
    #expect(!playback.isPlaying)
    #expect(playback.position == playback.recording.eventCount)
    #expect(playback.time == playback.duration)
    playback.seek(toFraction: 0.5)
    #expect(abs(playback.time / playback.duration - 0.5) < 0.01)
    playback.seek(to: .seconds(-1))
    #expect(playback.time == .zero)
  }

  @Test func `goes from mark to mark`() throws {
    let model = try ModelRecording(seed: 9, events: 2000)
    let playback = try Playback(try TemporaryFile(model.bytes).recording())
    var found: [Mark] = []
    while let mark = playback.nextMark {
      playback.seek(to: mark)
      #expect(playback.event?.description == "mark")
      found.append(mark)
    }
    #expect(found == playback.recording.marks)
    #expect(found.first?.label == "a mark")
    #expect(playback.previousMark == found.dropLast().last)
  }

  @Test func `counts every event in the density`() throws {
    let model = try ModelRecording(seed: 10, events: 2000)
    let recording = try TemporaryFile(model.bytes).recording()
    for stretches in [1, 7, 80, 1000] {
      let density = recording.density(stretches: stretches)
      #expect(density.count == stretches)
      #expect(abs(density.reduce(0, +) - 2000) < 0.01)
    }
    #expect(recording.density(stretches: 0).isEmpty)
  }

  @Test func `shows a snapshot of the moment`() throws {
    let model = try ModelRecording(seed: 11, events: 800, losses: true)
    let playback = try Playback(try TemporaryFile(model.bytes).recording())
    playback.seek(toFraction: 1)
    let snapshot = playback.snapshot()
    #expect(snapshot.now == playback.now)
    #expect(snapshot.process.id == 4711)
    #expect(snapshot.process.executable == "/bin/app")
    #expect(!snapshot.tasks.isEmpty)
    #expect(snapshot.losses.events == playback.recording.lostEvents)
    #expect(snapshot.losses.events > 0)
  }
}
