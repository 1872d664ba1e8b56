import Foundation
import Launching

/// One run of the workloads in a process of its own.
struct Workload {
  private let mode: ProbeRatios.Mode

  init(_ mode: ProbeRatios.Mode) {
    self.mode = mode
  }

  /// Runs it and returns what it printed.
  func run() throws -> [(name: String, cost: Double)] {
    let process = Program.pinned(
      to: Program.measured, [Program.sibling("probe-workload")] + mode.arguments,
      environment: mode.environment)
    let output = Pipe()
    let input = Pipe()
    process.standardOutput = output
    process.standardInput = input
    try process.run()
    var recorder: Recorder?
    if mode.isRecorded {
      _ = output.fileHandleForReading.availableData  // "ready"
      recorder = try Recorder(process.processIdentifier)
      input.fileHandleForWriting.write(Data("go\n".utf8))
    }
    let text = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    if let lost = recorder?.end(), lost > 0 {
      print(String(format: "%@: %.0f %% of the events were lost", mode.name, lost * 100))
    }
    return text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 2, let cost = Double(words[1]) else { return nil }
      return (String(words[0]), cost)
    }
  }
}
