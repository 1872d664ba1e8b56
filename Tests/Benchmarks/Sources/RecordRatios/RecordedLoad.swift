import Foundation
import Launching

/// One recording of a load.
struct RecordedLoad {
  let load: Load
  let seconds: Double

  /// Starts the program, records it for some time, and ends it.
  func run() throws -> RecordingFigures {
    let program = process(
      [Program.sibling(load.command[0])] + load.command.dropFirst(), on: load.processors)
    let (input, output) = (Pipe(), Pipe())
    program.standardInput = input
    program.standardOutput = output
    // A server says whose connection was cut when the generator ends.
    program.standardError = FileHandle.nullDevice
    try program.run()
    defer {
      program.terminate()
      program.waitUntilExit()
    }
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let generator = load.isServer ? try generate(to: line) : nil
    defer {
      generator?.terminate()
      generator?.waitUntilExit()
    }
    return try record(program.processIdentifier)
  }

  private func generate(to port: String) throws -> Process {
    let number = port.trimmingCharacters(in: .whitespacesAndNewlines)
    let generator = process(
      [Program.sibling("echo-load"), "echo", "tcp:\(number)", "1024", "32", "1000"], on: "1")
    let input = Pipe()
    generator.standardInput = input
    generator.standardOutput = FileHandle.nullDevice
    try generator.run()
    // It waits for a line wherever it could be measured.
    input.fileHandleForWriting.write(Data(repeating: 10, count: 16))
    return generator
  }

  private func record(_ id: Int32) throws -> RecordingFigures {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("record-ratios-\(ProcessInfo.processInfo.processIdentifier).asyncrec")
    defer { try? FileManager.default.removeItem(at: file) }
    let recorder = process(
      [
        Program.sibling("asynctop"), "record", String(id), "-o", file.path, "--overwrite",
        "--duration", "\(seconds)s",
      ], on: load.recorder)
    let errors = Pipe()
    recorder.standardError = errors
    let before = Self.processorTimeOfChildren
    try recorder.run()
    let text = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    recorder.waitUntilExit()
    let spent = Self.processorTimeOfChildren - before
    var figures = RecordingFigures(summary: text)
    figures.seconds = seconds
    figures.processorTime = spent
    return figures
  }

  private func process(_ command: [String], on processors: String?) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = (processors.map { ["taskset", "-c", $0] } ?? []) + command
    return process
  }

  // Of those that have ended, in seconds.
  private static var processorTimeOfChildren: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    let times = [usage.ru_utime, usage.ru_stime]
    return times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
  }
}

/// What a recording came to.
struct RecordingFigures {
  var events = 0.0
  var lost = 0.0
  var bytes = 0.0
  var seconds = 0.0
  var processorTime = 0.0

  /// Takes them from what the recorder says at its end:
  /// "recorded 45442 events in 249285 bytes, 12 were lost".
  init(summary: String) {
    let words = summary.split { $0 == " " || $0 == "," || $0 == "\n" }
    func number(before word: Substring) -> Double {
      let place = words.lastIndex(of: word) ?? 0
      return place > 0 ? Double(words[place - 1]) ?? 0 : 0
    }
    events = number(before: "events")
    bytes = number(before: "bytes")
    lost = number(before: "were")
    if events == 0 { print("  the recorder said: \(summary)") }
  }

  static let columns: [(String, @Sendable (RecordingFigures) -> Double)] = [
    ("events, Mev/s", { ($0.events + $0.lost) / $0.seconds / 1e6 }),
    ("lost, %", { $0.lost / max(1, $0.events + $0.lost) * 100 }),
    ("recorder busy, %", { $0.processorTime / $0.seconds * 100 }),
    ("written, Mev per processor second", { $0.events / max(0.001, $0.processorTime) / 1e6 }),
    ("MB", { $0.bytes / 1e6 }),
  ]
}
