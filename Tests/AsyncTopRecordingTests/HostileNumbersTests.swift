import Testing

@testable import AsyncTopRecording

@Suite struct `Numbers that nobody would count` {
  @Test(arguments: 0..<12 as Range<UInt64>)
  func `are printed and drawn like any others`(seed: UInt64) throws {
    var generator = HostileRecording(seed: seed)
    for _ in 0..<2 {
      let file = try TemporaryFile(try generator.make())
      var output = EveryOutput(try Playback(try file.recording()))
      output.run()
      #expect(output.count > 10_000)
    }
  }

  @Test func `do not move playback beyond its ends`() throws {
    for seed in 100..<160 as Range<UInt64> {
      var generator = HostileRecording(seed: seed)
      let playback = try Playback(try TemporaryFile(try generator.make()).recording())
      playback.isPlaying = true
      for speed in [PlaybackSpeed.slowest, .fastest] {
        playback.speed = speed
        for fraction in [0, 0.5, 1.0] {
          playback.seek(toFraction: fraction)
          let before = playback.now
          playback.advance(by: .seconds(1 << 40))
          #expect(playback.now >= before)
          #expect(playback.time <= playback.duration)
          playback.isPlaying = true
        }
      }
      playback.step(by: .max)
      playback.step(by: .min)
      playback.seek(to: .seconds(Int64.max))
      playback.seek(to: .seconds(Int64.min))
      playback.seek(toPosition: .max)
      playback.seek(toTicks: .max)
    }
  }
}
