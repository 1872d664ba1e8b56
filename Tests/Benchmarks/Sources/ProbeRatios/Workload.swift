import Foundation

/// One run of the workloads in a process of its own.
struct Workload {
  private let mode: ProbeRatios.Mode

  init(_ mode: ProbeRatios.Mode) {
    self.mode = mode
  }

  /// The programs are built beside this one.
  private static func sibling(_ name: String) -> String {
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return own.deletingLastPathComponent().appendingPathComponent(name).path
  }

  private static func pinned(_ processor: Int, _ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/taskset")
    process.arguments = ["-c", String(processor)] + arguments
    return process
  }

  /// Runs it and returns what it printed.
  func run() throws -> [(name: String, cost: Double)] {
    let process = Self.pinned(0, [Self.sibling("probe-workload")] + mode.arguments)
    process.environment = ProcessInfo.processInfo.environment.merging(mode.environment) { $1 }
    let output = Pipe()
    let input = Pipe()
    process.standardOutput = output
    process.standardInput = input
    try process.run()
    var recorder: Process?
    if mode.isRecorded {
      _ = output.fileHandleForReading.availableData  // "ready"
      recorder = try Self.record(process.processIdentifier)
      input.fileHandleForWriting.write(Data("go\n".utf8))
    }
    let text = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    recorder?.waitUntilExit()
    return text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 2, let cost = Double(words[1]) else { return nil }
      return (String(words[0]), cost)
    }
  }

  /// Records a process to nowhere; returns once it has begun.
  private static func record(_ id: Int32) throws -> Process {
    let recorder = pinned(1, [sibling("asynctop"), "record", String(id), "-o", "-"])
    let output = Pipe()
    recorder.standardOutput = output
    try recorder.run()
    _ = output.fileHandleForReading.availableData
    Thread.detachNewThread {
      while !output.fileHandleForReading.availableData.isEmpty {}
    }
    return recorder
  }
}
