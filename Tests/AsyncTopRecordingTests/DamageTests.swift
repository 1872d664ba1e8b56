import AsyncTopBus
import Testing

@testable import AsyncTopRecording

@Suite struct `A damaged recording` {
  private static let model = Result {
    try ModelRecording(seed: 20, events: 1200, losses: true)
  }

  /// Plays all of it that can be played, and checks the state there.
  private func play(
    _ bytes: [UInt8], _ model: ModelRecording, isTrue: Bool = true
  ) throws -> Playback? {
    guard let recording = try? TemporaryFile(bytes).recording() else { return nil }
    let playback = try Playback(recording)
    playback.seek(toFraction: 0.5)
    playback.seek(toPosition: .max)
    _ = playback.snapshot()
    if isTrue && playback.position > 0 {
      let position = Int(playback.position)
      try #require(position < model.digests.count)
      try #require(playback.region.digest == model.digests[position])
    }
    playback.step(by: -1)
    playback.seek(toPosition: 0)
    return playback
  }

  @Test func `is played up to where it is cut off`() throws {
    let model = try Self.model.get()
    let bytes = model.bytes
    let boundaries = RecordingBytes(bytes: bytes).boundaries
    #expect(boundaries.last == bytes.count)
    #expect(boundaries.count > 30)
    var random = SeededGenerator(seed: 21)
    let anywhere = (0..<150).map { _ in Int(random.next() % UInt64(bytes.count)) }
    var reached = 0
    for end in boundaries + anywhere {
      let whole = boundaries.last { $0 <= end } ?? 0
      let playback = try play(Array(bytes[..<end]), model)
      let atBoundary = try play(Array(bytes[..<whole]), model)
      #expect(playback?.recording.eventCount == atBoundary?.recording.eventCount)
      #expect((playback?.recording.damage == nil) == (end == whole) || playback == nil)
      #expect(playback?.recording.damage.map { $0.offset == UInt64(whole) } ?? true)
      reached = max(reached, Int(playback?.recording.eventCount ?? 0))
    }
    #expect(reached == model.digests.count - 1)
  }

  @Test func `is played up to the first wrong byte`() throws {
    let model = try Self.model.get()
    var random = SeededGenerator(seed: 22)
    var (opened, damaged) = (0, 0)
    for _ in 0..<1000 {
      var bytes = model.bytes
      for _ in 0...(random.next() % 3) {
        bytes[Int(random.next() % UInt64(bytes.count))] ^= UInt8(1) << UInt8(random.next() % 8)
      }
      guard let playback = try play(bytes, model) else { continue }
      opened += 1
      playback.seek(toPosition: .max)
      if playback.damage != nil { damaged += 1 }
      if playback.recording.eventCount < model.digests.count - 1 {
        #expect(playback.damage != nil)
      }
    }
    #expect(opened > 900)
    #expect(damaged > 400)
  }

  @Test func `with right checksums but wrong contents harms nobody`() throws {
    let model = try Self.model.get()
    let boundaries = RecordingBytes(bytes: model.bytes).boundaries
    var random = SeededGenerator(seed: 23)
    var stopped = 0
    for _ in 0..<1000 {
      var recording = RecordingBytes(bytes: model.bytes)
      let block = boundaries[Int(random.next() % UInt64(boundaries.count - 1))]
      let end = boundaries.first { $0 > block }!
      guard end > block + BlockFrame.size else { continue }
      for _ in 0...(random.next() % 4) {
        let offset =
          block + BlockFrame.size
          + Int(random.next() % UInt64(end - block - BlockFrame.size))
        recording.bytes[offset] = UInt8(truncatingIfNeeded: random.next())
      }
      recording.seal(block)
      // Without the index, so that its checks don't hide those of the scan.
      if random.oneIn(2) { recording.bytes.removeLast(BlockFrame.size + 8) }
      let playback = try play(recording.bytes, model, isTrue: false)
      if playback?.damage != nil { stopped += 1 }
    }
    #expect(stopped > 100)
  }

  @Test func `of another version or kind says what to do`() throws {
    let model = try Self.model.get()
    var other = model.bytes
    other[8] = 4
    #expect(throws: RecordingError.self) { try TemporaryFile(other).recording() }
    do {
      _ = try TemporaryFile(other).recording()
    } catch let error as RecordingError {
      #expect(error.code == .otherVersion)
      #expect(error.message.contains("version 4"))
    }
    for bytes in [[], Array("asyncre".utf8), Array("#!/bin/sh\nexit 0 # more".utf8)] {
      do {
        _ = try TemporaryFile(bytes).recording()
        Issue.record("opened \(bytes)")
      } catch let error as RecordingError {
        #expect(error.code == .notARecording)
      }
    }
    do {
      _ = try Recording(path: "/nonexistent/x.asyncrec")
      Issue.record("opened nothing")
    } catch {
      #expect(error.code == .cannotOpen)
    }
  }

  @Test func `skips blocks that a later writer added`() throws {
    let model = try ModelRecording(seed: 24, events: 300, isFinished: false)
    let boundaries = RecordingBytes(bytes: model.bytes).boundaries
    let frame = unsafe BlockFrame(
      type: UInt32(UInt8(ascii: "?")) << 24 | BlockType.mark.rawValue & 0xff_ffff,
      payload: UnsafeRawBufferPointer(start: nil, count: 0))
    let block = [frame.type, frame.length, frame.checksum].flatMap { word in
      (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
    }
    var bytes = model.bytes
    for boundary in boundaries.reversed() where boundary > boundaries[0] {
      // Within a keyframe it would be one that is cut.
      if boundary < model.bytes.count,
        RecordingBytes(bytes: model.bytes).type(at: boundary) == .keyframe
      {
        continue
      }
      bytes.insert(contentsOf: block, at: boundary)
    }
    #expect(bytes.count > model.bytes.count + 100)
    let playback = try #require(try play(bytes, model))
    #expect(playback.damage == nil)
    #expect(playback.recording.eventCount == 300)
  }
}
