import CAsyncTopProbe
import Glibc
import AsyncTopLinux
import Testing

@testable import AsyncTopRecording

/// Small recordings that claim large tables.
@Suite struct `The memory that a recording takes` {
  private static let large = RecordingLimits.slots

  /// Pages of the tables that take memory.
  private func pages(_ playback: Playback) -> Int {
    let memory = playback.region.memory
    var resident = [UInt8](repeating: 0, count: memory.size / 4096 + 1)
    guard unsafe mincore(memory.start, memory.size, &resident) == 0 else { return .max }
    return resident.count { $0 & 1 != 0 }
  }

  /// A recording of these keyframes, each the used slots of the table of tasks.
  private func recording(
    _ keyframes: [[Int]], high: UInt32 = large,
    then write: (BlockOutput) throws -> Void = { _ in }
  ) throws -> Recording {
    let file = try TemporaryFile()
    let output = BlockOutput(file.descriptor, limit: nil)
    var header = RecordingHeader.sample
    header.capacities.tasks = Self.large
    header.capacities.groups = Self.large
    header.capacities.timers = Self.large
    header.capacities.resources = Self.large
    header.capacities.loops = Self.large
    header.capacities.workers = RecordingLimits.workers
    let composer = try RecordingComposer(header, region: PrivateRegion(.small), to: output)
    _ = composer
    let arrays = try PrivateRegion(.small).arrays(of: .tasks).count
    for (index, slots) in keyframes.enumerated() {
      let kind: KeyframeKind = index == 0 ? .start : .afterLoss
      var payload = PayloadWriter()
      payload.fixed32(1)
      payload.varint(0)
      KeyframeHead(kind: kind, position: UInt64(index), ticks: 1_000_000 + UInt64(index), lost: 1)
        .write(to: &payload)
      for table in TableKind.allCases {
        payload.varint(UInt64(min(high, header.capacities[table])))
      }
      payload.byte(TableKind.tasks.rawValue)
      payload.fixed32(UInt32(slots.count))
      var next = 0
      for slot in slots {
        payload.varint(UInt64(slot - next))
        // The id is the first word: it is not zero, and this much more than in the slot before.
        payload.varint(next == 0 ? 1 : 0)
        payload.varint(1)
        payload.signed(UInt64(slot + 1 - next))
        next = slot + 1
        for _ in 1..<arrays {
          payload.varint(0)
          payload.varint(0)
        }
      }
      try output.write(.keyframe, payload)
    }
    try write(output)
    return try file.recording()
  }

  @Test func `is not what its tables are said to have been filled to`() throws {
    let recording = try recording(Array(repeating: [], count: 20))
    #expect(recording.size < 2000)
    let playback = try Playback(recording)
    for position in 0..<20 as Range<UInt64> { playback.seek(toPosition: position) }
    playback.seek(toPosition: 0)
    _ = playback.snapshot()
    #expect(playback.damage == nil)
    #expect(pages(playback) < 100)
    for table in TableKind.allCases { #expect(playback.region.high(of: table) <= 256) }
  }

  @Test func `is that of the slots that are there, however far apart`() throws {
    let far = [0, 1 << 20, 3 << 20, (4 << 20) + 5]
    let playback = try Playback(try recording([far, [], [7], far, [(4 << 20) + 5]]))
    for position in [3, 1, 0, 2, 4, 1, 4, 2] as [UInt64] {
      playback.seek(toPosition: position)
      let expected = [far, [], [7], far, [(4 << 20) + 5]][Int(position)].map { UInt64($0) + 1 }
      let tables = unsafe playback.region.tables.pointee
      for slot in far + [7] {
        let id = unsafe tables.tasks[slot].id
        #expect(id == (expected.contains(UInt64(slot) + 1) ? UInt64(slot) + 1 : 0))
      }
      #expect(pages(playback) < 200)
    }
    #expect(playback.damage == nil)
  }

  @Test func `has a limit, at which playing stops and says why`() throws {
    let last = Int(Self.large) - 1
    let byKeyframe = try Playback(try recording([[], [last]]))
    byKeyframe.seek(toPosition: .max)
    #expect(byKeyframe.damage?.message.contains("more than 1024 MiB of memory") == true)
    #expect(byKeyframe.position == 0)
    let byEvent = try Playback(
      try recording([[]]) { output in
        var payload = PayloadWriter()
        EventBlockHead(position: 0, count: 1, begin: 2_000_000, end: 2_000_000).write(to: &payload)
        payload.byte(EventKind.taskCreated.rawValue | EventEncoder.slotFollows)
        payload.varint(0)
        payload.signed(UInt64(last))
        payload.signed(5)
        payload.varint(0)
        try output.write(.events, payload)
      })
    byEvent.seek(toPosition: .max)
    #expect(byEvent.damage?.message.contains("more than 1024 MiB of memory") == true)
    #expect(byEvent.position == 0)
    #expect(pages(byKeyframe) + pages(byEvent) < 200)
  }

  @Test(arguments: [RegionArea.strings, .sites, .modules])
  func `is not that of a hole in front of a part`(area: RegionArea) throws {
    let file = try TemporaryFile()
    let output = BlockOutput(file.descriptor, limit: nil)
    var header = RecordingHeader.sample
    header.capacities.strings = RecordingLimits.stringBytes
    header.capacities.sites = RecordingLimits.areaEntries
    header.capacities.modules = RecordingLimits.areaEntries
    _ = try RecordingComposer(header, region: PrivateRegion(.small), to: output)
    var payload = PayloadWriter()
    payload.varint(1 << 19)
    for _ in 0..<area.stride { payload.byte(1) }
    try output.write(area.block, payload)
    let recording = try file.recording()
    #expect(recording.damage?.message.contains("does not fit") == true)
    #expect(recording.contents.areas[area]?.count ?? 0 == 0)
  }
}
