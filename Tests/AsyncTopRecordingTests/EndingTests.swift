import CAsyncTopProbe
import AsyncTopBus
import AsyncTopInsight
import Testing

@testable import AsyncTopRecording

/// Tasks whose slots are given to others between two looks at a recording.
@Suite struct `Ends in a recording` {
  private static let start: UInt64 = 1_000_000

  private struct Recorder {
    let file: TemporaryFile
    let composer: RecordingComposer
    var ticks = start

    init(keyframeInterval: Int = 1 << 14) throws {
      file = try TemporaryFile()
      composer = try RecordingComposer(
        .sample, region: PrivateRegion(.small), to: BlockOutput(file.descriptor, limit: nil),
        pacing: RecordingPacing(
          eventPayload: 400, keyframePayload: 1500, keyframeInterval: keyframeInterval))
      try composer.jump(lost: 0, at: ticks)
    }

    mutating func add(
      _ kind: EventKind, _ id: UInt64, slot: UInt32, detail: UInt8 = 0, a: UInt64 = 0
    ) throws {
      ticks += 1000
      let event = tp_event(
        ticks: ticks, slot: slot, kind: kind.rawValue, detail: detail,
        tag: UInt16(truncatingIfNeeded: id), a: a, b: 0)
      try composer.add(event, kind, worker: 0)
    }

    /// The first of two tasks with one slot, up to where it runs.
    mutating func begin(_ id: UInt64, slot: UInt32) throws {
      try add(.taskCreated, id, slot: slot, a: id)
      try add(.taskScheduled, id, slot: slot)
      try add(.pollBegan, id, slot: slot)
    }

    func playback() throws -> Playback {
      try composer.flush()
      return try Playback(file.recording())
    }
  }

  /// What is known of the tasks that ended between two moments of a recording.
  private func finished(_ playback: Playback, from: UInt64, to: UInt64) -> [FinishedTask] {
    var tasks = FinishedTasks()
    playback.seek(toTicks: from)
    tasks.update(playback.snapshot())
    playback.seek(toTicks: to)
    tasks.update(playback.snapshot())
    return tasks.tasks
  }

  @Test(arguments: [2, 1 << 14])
  func `are those of the events, whosever the slot is by now`(keyframeInterval: Int) throws {
    var recorder = try Recorder(keyframeInterval: keyframeInterval)
    for id in 1...3 as ClosedRange<UInt64> { try recorder.begin(id, slot: UInt32(id)) }
    let before = recorder.ticks
    try recorder.add(.taskEnded, 1, slot: 1, detail: 2)
    let ended = recorder.ticks
    try recorder.add(.taskCancelled, 2, slot: 2)
    try recorder.add(.taskEnded, 2, slot: 2, detail: 1)
    for id in 1...2 as ClosedRange<UInt64> { try recorder.begin(10 + id, slot: UInt32(id)) }
    for _ in 0..<100 { try recorder.add(.taskScheduled, 3, slot: 3) }
    let playback = try recorder.playback()
    let tasks = finished(playback, from: before, to: recorder.ticks)
    #expect(tasks.map(\.id) == [1, 2])
    #expect((playback.recording.contents.keyframes.count > 1) == (keyframeInterval == 2))
    #expect(tasks.map(\.outcomeWord) == ["threw", "cancelled"])
    #expect(tasks.first?.ended == ended)
    // The same again, from a later moment.
    #expect(finished(playback, from: before, to: recorder.ticks).map(\.isLost) == [false, false])
  }

  @Test func `are unknown where the events were lost`() throws {
    var recorder = try Recorder()
    try recorder.begin(1, slot: 1)
    let before = recorder.ticks
    var task = unsafe recorder.composer.region.tables.pointee.tasks[1]
    task.id = 11
    unsafe recorder.composer.region.tables.pointee.tasks[1] = task
    try recorder.composer.jump(lost: 4, at: recorder.ticks + 1)
    try recorder.begin(12, slot: 2)
    let tasks = finished(try recorder.playback(), from: before, to: recorder.ticks)
    #expect(tasks.map(\.id) == [1])
    #expect(tasks.map(\.outcomeWord) == ["unknown"])
  }
}
