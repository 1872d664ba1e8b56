import CAsyncTopProbe
import AsyncTopBus
import Testing

@testable import AsyncTopRecording

@Suite struct `The recent polls of a recorded task` {
  /// Records rounds, in the n-th of which task 1 polls for 10 n ticks of 2 ns, and task 2 for 7; in
  /// one of them the end of the first poll is lost.
  private func record(rounds: UInt64, lossIn lossy: UInt64? = nil) throws -> TemporaryFile {
    let file = try TemporaryFile()
    let output = BlockOutput(file.descriptor, limit: nil)
    let composer = try RecordingComposer(
      .sample, region: PrivateRegion(.small), to: output,
      pacing: RecordingPacing(eventPayload: 200, keyframePayload: 1500, keyframeInterval: 50))
    var ticks: UInt64 = 1_000_000
    func add(_ kind: EventKind, task: UInt16, after delay: UInt64) throws {
      ticks += delay
      let event = tp_event(
        ticks: ticks, slot: UInt32(task), kind: kind.rawValue, detail: 0, tag: task,
        a: kind == .taskCreated ? UInt64(task) : 0, b: 0)
      try composer.add(event, kind, worker: 0)
    }
    try composer.jump(lost: 0, at: ticks)
    for task in [1, 2] as [UInt16] { try add(.taskCreated, task: task, after: 1) }
    for round in 1...rounds {
      try add(.pollBegan, task: 1, after: 1)
      if round == lossy {
        ticks += 10 * round
        try composer.jump(lost: 1, at: ticks)
      } else {
        try add(.pollEnded, task: 1, after: 10 * round)
      }
      try add(.pollBegan, task: 2, after: 1)
      try add(.pollEnded, task: 2, after: 7)
    }
    try composer.flush()
    try ModelRecording.writeStatus(ticks, output)
    try output.writeIndex()
    return file
  }

  private func polls(_ rounds: ClosedRange<UInt64>) -> [UInt64] { rounds.map { $0 * 20 } }

  /// The position after a round.
  private func end(of round: UInt64) -> UInt64 { 2 + 4 * round }

  @Test func `are those before the moment, then those that playing on has passed`() throws {
    let recording = try record(rounds: 300).recording()
    let followed = try RecordedPolls(of: 1, in: recording)
    let first = followed.advance(to: end(of: 100))
    #expect(first == NewPolls(durations: polls(1...100), startsOver: true))
    #expect(followed.advance(to: end(of: 100)) == NewPolls())
    // In the midst of a poll.
    #expect(followed.advance(to: end(of: 100) + 1) == NewPolls())
    #expect(followed.advance(to: end(of: 250)) == NewPolls(durations: polls(101...250)))
    let other = try RecordedPolls(of: 2, in: recording)
    #expect(other.advance(to: end(of: 9)).durations == Array(repeating: 14, count: 9))
    let unknown = try RecordedPolls(of: 3, in: recording)
    #expect(unknown.advance(to: .max).durations.isEmpty)
  }

  @Test func `start over when the playback goes back or far ahead`() throws {
    let recording = try record(rounds: 300).recording()
    let followed = try RecordedPolls(of: 1, in: recording, reach: 40)
    let near = followed.advance(to: end(of: 20))
    #expect(near == NewPolls(durations: polls(11...20), startsOver: true))
    #expect(followed.advance(to: end(of: 30)) == NewPolls(durations: polls(21...30)))
    let ahead = followed.advance(to: end(of: 41))
    #expect(ahead == NewPolls(durations: polls(32...41), startsOver: true))
    let back = followed.advance(to: end(of: 40))
    #expect(back == NewPolls(durations: polls(31...40), startsOver: true))
    // The poll of round 20 began out of reach.
    let cut = followed.advance(to: end(of: 29) + 1)
    #expect(cut == NewPolls(durations: polls(21...29), startsOver: true))
  }

  @Test func `leave out one whose end was lost`() throws {
    let recording = try record(rounds: 60, lossIn: 50).recording()
    let followed = try RecordedPolls(of: 1, in: recording)
    let all = followed.advance(to: recording.eventCount)
    #expect(all.durations == polls(1...49) + polls(51...60))
  }

  @Test func `do not move the playback`() throws {
    let playback = try Playback(try record(rounds: 300).recording())
    playback.seek(toPosition: end(of: 150))
    let digest = playback.region.digest
    let followed = try RecordedPolls(of: 1, in: playback.recording)
    #expect(followed.advance(to: playback.position).durations.last == 3000)
    _ = followed.advance(to: end(of: 20))
    #expect(playback.region.digest == digest)
    playback.step(by: 4)
    #expect(followed.advance(to: playback.position).durations.last == 3020)
  }
}
