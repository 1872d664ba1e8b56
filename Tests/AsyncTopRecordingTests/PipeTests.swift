import Foundation
import Testing

@testable import AsyncTopRecording

@Suite struct `A recording that comes through a pipe` {
  @Test func `is read as it comes and played to what has come`() throws {
    let model = try ModelRecording(seed: 30, events: 2500, losses: true)
    let pipe = Pipe()
    let writing = pipe.fileHandleForWriting
    let cut = RecordingBytes(bytes: model.bytes).boundaries[20] + 5
    // Less than a pipe holds, so that nobody has to read meanwhile.
    try writing.write(contentsOf: Data(model.bytes[..<cut]))
    let recording = try Recording(descriptor: pipe.fileHandleForReading.fileDescriptor)
    let playback = try Playback(recording)
    playback.seek(toPosition: .max)
    let early = playback.position
    #expect(early > 0 && Int(early) < model.digests.count - 1)
    #expect(playback.region.digest == model.digests[Int(early)])
    #expect(!recording.isComplete)
    var sent = cut
    while sent < model.bytes.count {
      let end = min(sent + 10_000, model.bytes.count)
      try writing.write(contentsOf: Data(model.bytes[sent..<end]))
      sent = end
      try recording.update()
      playback.seek(toPosition: .max)
      try #require(playback.region.digest == model.digests[Int(playback.position)])
    }
    #expect(recording.isComplete)
    #expect(recording.damage == nil)
    #expect(Int(playback.position) == model.digests.count - 1)
    playback.seek(toPosition: early)
    #expect(playback.region.digest == model.digests[Int(early)])
  }

  @Test func `need not be waited for before it begins`() throws {
    let model = try ModelRecording(seed: 33, events: 100)
    let pipe = Pipe()
    let input = try RecordingInput(descriptor: pipe.fileHandleForReading.fileDescriptor)
    let header = RecordingBytes(bytes: model.bytes).boundaries[1]
    for byte in 0..<header {
      #expect(try input.recording() == nil, "before byte \(byte)")
      try pipe.fileHandleForWriting.write(contentsOf: Data([model.bytes[byte]]))
    }
    let recording = try #require(try input.recording())
    try pipe.fileHandleForWriting.write(contentsOf: Data(model.bytes[header...]))
    try recording.update()
    #expect(recording.eventCount == 100)
  }

  @Test func `that ends before it begins is an error`() throws {
    let model = try ModelRecording(seed: 33, events: 1)
    let pipe = Pipe()
    let input = try RecordingInput(descriptor: pipe.fileHandleForReading.fileDescriptor)
    try pipe.fileHandleForWriting.write(contentsOf: Data(model.bytes[..<20]))
    #expect(try input.recording() == nil)
    try pipe.fileHandleForWriting.close()
    let error = #expect(throws: RecordingError.self) { try input.recording() }
    #expect(error?.code == .notARecording)
  }

  @Test func `is taken in pieces however fast it comes`() throws {
    let model = try ModelRecording(seed: 34, events: 100)
    let start = RecordingBytes(bytes: model.bytes).boundaries[1]
    let file = try TemporaryFile(Array(model.bytes[..<start]))
    let stream = Pipe()
    // What comes after the header does not matter, only how much of it is taken at once.
    let writer = Process()
    writer.executableURL = URL(fileURLWithPath: "/bin/cat")
    writer.arguments = ["/proc/\(getpid())/fd/\(file.descriptor)", "/dev/zero"]
    writer.standardOutput = stream
    try writer.run()
    defer {
      // Tests block the signals that a child could be asked to end by.
      kill(writer.processIdentifier, SIGKILL)
      writer.waitUntilExit()
    }
    try stream.fileHandleForWriting.close()
    let source = try BlockSource(descriptor: stream.fileHandleForReading.fileDescriptor)
    var before = source.size
    for _ in 0..<3 {
      try source.update(wait: true)
      #expect(source.size > before)
      #expect(source.size - before < RecordingLimits.pipePiece + 1 << 16)
      before = source.size
    }
  }

  @Test func `ends where its writer was killed`() throws {
    let model = try ModelRecording(seed: 31, events: 500)
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data(model.bytes.dropLast(100)))
    try pipe.fileHandleForWriting.close()
    let recording = try Recording(descriptor: pipe.fileHandleForReading.fileDescriptor)
    try recording.update()
    #expect(recording.isComplete)
    #expect(recording.eventCount == 500)
  }

  @Test func `is not called damaged while the rest of a block is on its way`() throws {
    let model = try ModelRecording(seed: 32, events: 300)
    let boundaries = RecordingBytes(bytes: model.bytes).boundaries
    let pipe = Pipe()
    var sent = boundaries[1]
    try pipe.fileHandleForWriting.write(contentsOf: Data(model.bytes[..<sent]))
    let recording = try Recording(descriptor: pipe.fileHandleForReading.fileDescriptor)
    let end = boundaries[6] + 20
    while sent < end {
      let next = min(sent + 7, end)
      try pipe.fileHandleForWriting.write(contentsOf: Data(model.bytes[sent..<next]))
      sent = next
      try recording.update()
      try #require(recording.damage == nil)
      try #require(!recording.isComplete)
    }
    try pipe.fileHandleForWriting.close()
    try recording.update()
    #expect(recording.isComplete)
    #expect(recording.damage?.message.hasPrefix("the pipe ended within a block") == true)
    #expect(recording.damage?.offset == UInt64(boundaries[6]))
  }

  @Test func `is looked at though more comes all the time`() throws {
    let device = unsafe open("/dev/zero", O_RDONLY)
    defer { close(device) }
    do {
      _ = try Recording(descriptor: device)
      Issue.record("opened zeros")
    } catch {
      #expect(error.code == .notARecording)
    }
  }

  @Test func `that ends before it began is no recording`() throws {
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data(BlockFrame.magic))
    try pipe.fileHandleForWriting.close()
    #expect(throws: RecordingError.self) {
      try Recording(descriptor: pipe.fileHandleForReading.fileDescriptor)
    }
  }
}
