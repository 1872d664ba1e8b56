import Foundation
import AsyncTopBus
import Testing

@testable import AsyncTopRecording

@Suite struct `Recordings of earlier versions` {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")

  private func open(_ name: String) throws -> Recording {
    try Recording(path: Self.folder.appending(path: "\(name).asyncrec").path(percentEncoded: false))
  }

  // How the fixtures were made, each by the code of its version. One that exists is never written
  // again.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["ASYNCTOP_WRITE_FIXTURES"] != nil))
  func `are written once`() throws {
    let full = try ModelRecording(seed: 1, events: 4000, losses: true)
    let bare = try ModelRecording(seed: 1, events: 4000, losses: true, isFinished: false)
    var corrupt = bare.bytes
    corrupt[corrupt.count * 2 / 3] ^= 0x10
    let fixtures = [
      "v3-minimal": try ModelRecording(seed: 1, events: 0).bytes, "v3-full": full.bytes,
      "v3-truncated": Array(full.bytes[..<(full.bytes.count / 2)]), "v3-corrupt": corrupt,
    ]
    for (name, bytes) in fixtures {
      let url = Self.folder.appending(path: "\(name).asyncrec")
      guard !FileManager.default.fileExists(atPath: url.path(percentEncoded: false)) else {
        continue
      }
      try Data(bytes).write(to: url)
    }
  }

  @Test func `without events can be opened`() throws {
    let recording = try open("v1-minimal")
    #expect(recording.eventCount == 0 && recording.isComplete && recording.damage == nil)
    let playback = try Playback(recording)
    playback.isPlaying = true
    playback.advance(by: .seconds(1))
    #expect(playback.position == 0 && !playback.isPlaying)
    #expect(playback.snapshot().tasks.isEmpty)
  }

  @Test func `show what they always showed`() throws {
    let recording = try open("v1-full")
    #expect(recording.eventCount == 4000)
    #expect(recording.isComplete && recording.damage == nil)
    #expect(recording.marks.count == 17)
    #expect(recording.lostEvents == 252)
    #expect(recording.location(of: 0x1234, isReturnAddress: true)?.short == "File.swift:12")
    let playback = try Playback(recording)
    var digests: [UInt64] = []
    for position in stride(from: 0, through: 4000, by: 1000) as StrideThrough<UInt64> {
      playback.seek(toPosition: position)
      digests.append(playback.region.firstDigest)
    }
    #expect(
      digests == [
        2_498_077_662_355_941_543, 15_895_269_025_583_829_284, 14_174_449_032_356_452_186,
        8_185_682_502_555_699_676, 11_254_474_029_689_442_580,
      ])
    let snapshot = playback.snapshot()
    #expect(snapshot.process.executable == "/bin/app")
    #expect(snapshot.tasks.count == 41)
    #expect(snapshot.modules.first?.path == "/bin/app")
  }

  @Test func `of version 2 show what they always showed`() throws {
    let recording = try open("v2-full")
    #expect(recording.isComplete && recording.damage == nil && recording.version == 2)
    #expect(recording.eventCount == 4000)
    let playback = try Playback(recording)
    var digests: [UInt64] = []
    for position in stride(from: 0, through: 4000, by: 1000) as StrideThrough<UInt64> {
      playback.seek(toPosition: position)
      digests.append(playback.region.digest)
    }
    #expect(
      digests == [
        17_935_005_372_037_473_177, 12_266_442_094_492_855_506, 11_313_841_241_842_959_079,
        12_711_948_785_943_827_852, 9_884_126_067_023_424_666,
      ])
    #expect(playback.snapshot().modules.first?.buildID.first == 0xab)
    #expect(playback.snapshot().modules.first?.buildID.count == 20)
  }

  @Test func `of version 3 show what they always showed`() throws {
    let recording = try open("v3-full")
    #expect(recording.isComplete && recording.damage == nil && recording.version == 3)
    #expect(recording.eventCount == 4000)
    #expect(recording.gaps.count == 12 && recording.lostEvents == 252)
    #expect(recording.gaps.allSatisfy { $0.kind == .lost && $0.settled != nil })
    let playback = try Playback(recording)
    var digests: [UInt64] = []
    for position in stride(from: 0, through: 4000, by: 1000) as StrideThrough<UInt64> {
      playback.seek(toPosition: position)
      digests.append(playback.region.digest)
    }
    #expect(
      digests == [
        17_935_005_372_037_473_177, 5_694_156_220_928_118_090, 16_873_397_789_350_292_521,
        13_915_219_893_392_102_753, 11_128_830_488_606_348_113,
      ])
  }

  @Test func `that are cut off play to the cut`() throws {
    let recording = try open("v1-truncated")
    #expect(recording.damage?.message.contains("ends within a block") == true)
    #expect(recording.eventCount == 1932)
    try expectSameStates(recording)
  }

  @Test func `that are corrupt play to the damage`() throws {
    let recording = try open("v1-corrupt")
    #expect(recording.damage?.message.contains("checksum") == true)
    #expect(recording.eventCount == 2623)
    try expectSameStates(recording)
  }

  private func expectSameStates(_ recording: Recording) throws {
    let whole = try Playback(try open("v1-full"))
    let playback = try Playback(recording)
    for position in [0, recording.eventCount / 2, recording.eventCount] {
      whole.seek(toPosition: position)
      playback.seek(toPosition: position)
      #expect(playback.region.digest == whole.region.digest)
    }
  }
}
