import AsyncTopBus
import AsyncTopInsight
import Testing

@testable import AsyncTopRecording

@Suite struct `A moment of a recording` {
  @Test func `is shown as soon as the file that grows has one`() throws {
    let model = try ModelRecording(seed: 40, events: 400)
    let boundaries = RecordingBytes(bytes: model.bytes).boundaries
    let file = try TemporaryFile(Array(model.bytes[..<boundaries[1]]))
    let playback = try Playback(try file.recording())
    playback.seek(to: .zero)
    #expect(playback.time == .zero)
    #expect(playback.duration == .zero)
    #expect(playback.recording.emptiness == "nothing is recorded yet")
    for end in boundaries.dropFirst(2) + [model.bytes.count] {
      try file.replace(with: model.bytes[..<end])
      try playback.update()
      #expect(playback.time == .zero)
      #expect(playback.time <= playback.duration)
      _ = playback.snapshot()
      if !playback.recording.contents.keyframes.isEmpty {
        #expect(playback.now == playback.recording.startTicks)
        #expect(playback.region.digest == model.digests[Int(playback.position)])
      }
    }
    #expect(playback.recording.emptiness == nil)
    #expect(playback.recording.eventCount == 400)
  }

  @Test func `is said to be none where nothing was recorded`() throws {
    let file = try TemporaryFile()
    let output = BlockOutput(file.descriptor, limit: nil)
    _ = try RecordingComposer(.sample, region: PrivateRegion(.small), to: output)
    try output.writeIndex()
    let recording = try file.recording()
    #expect(recording.isComplete && recording.damage == nil)
    #expect(recording.emptiness?.hasPrefix("nothing was recorded: it ends before") == true)
    let playback = try Playback(recording)
    playback.seek(toFraction: 1)
    #expect(playback.snapshot().tasks.isEmpty)
  }

  @Test func `has the same rates and state however one comes there`() throws {
    let model = try ModelRecording(seed: 41, events: 2500, losses: true)
    let playback = try Playback(try TemporaryFile(model.bytes).recording())
    func look() -> SessionRates {
      var meter = RateMeter()
      let digest = playback.region.digest
      let position = playback.position
      meter.update(playback.snapshot())
      #expect(playback.region.digest == digest)
      #expect(playback.position == position)
      // Standing still, it stays.
      meter.update(playback.snapshot())
      return meter.rates
    }
    var expected: [SessionRates] = []
    let moments = [0.2, 0.5, 0.9, 1]
    for moment in moments {
      playback.seek(toFraction: moment)
      expected.append(look())
    }
    #expect(expected.allSatisfy { $0.polls > 0 && $0.created > 0 && $0.wakes > 0 })
    for (moment, rates) in zip(moments, expected).reversed() {
      playback.seek(toFraction: moment)
      #expect(look() == rates)
      playback.step(by: 0)
      playback.seek(toFraction: moment)
      #expect(look() == rates)
    }
    playback.seek(toFraction: 0)
    #expect(look() == SessionRates())
  }

  @Test func `that is reached by playing is measured by whoever watches`() throws {
    let model = try ModelRecording(seed: 42, events: 2500)
    let playback = try Playback(try TemporaryFile(model.bytes).recording())
    playback.seek(to: .zero)
    _ = playback.snapshot()
    playback.isPlaying = true
    playback.advance(by: playback.duration / 2)
    #expect(playback.snapshot().earlier == nil)
    playback.seek(to: playback.duration / 3)
    #expect(playback.snapshot().earlier != nil)
  }
}
