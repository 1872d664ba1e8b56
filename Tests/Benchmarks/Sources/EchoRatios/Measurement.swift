import Foundation
import Launching

/// One run of a workload on a server: each in a process of its own, on a processor of its own.
struct Measurement {
  /// Why there are no figures.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let workload: Workload
  let peer: EchoPeer
  let seconds: Double

  // Milliseconds.
  private static let startLimit: Int32 = 30_000

  /// Starts the server, asks it, and ends it.
  func run() throws -> Figures {
    let place = FileManager.default.temporaryDirectory
      .appendingPathComponent("echo-ratios-\(ProcessInfo.processInfo.processIdentifier)").path
    let isUnix = workload.transport == .unix
    let command = peer.command + [workload.transport.rawValue] + (isUnix ? [place] : [])
    let server = Program.pinned(
      to: Program.measured, command, environment: peer.environment)
    let output = Pipe()
    server.standardOutput = output
    try server.run()
    defer {
      server.terminate()
      server.waitUntilExit()
      if isUnix { unlink(place) }
    }
    let port = try port(from: output.fileHandleForReading)
    let scheme = workload.transport == .spawn ? "tcp" : workload.transport.rawValue
    let target = "\(scheme):\(isUnix ? place : port)"
    let figures = try recorded(server.processIdentifier) { id in try load(target, id) }
    guard server.isRunning else { throw Failure(description: "the server ended by itself") }
    return figures
  }

  /// Measures while the server is recorded, if it is to be.
  private func recorded(_ id: Int32, _ body: (Int32) throws -> Figures) throws -> Figures {
    guard peer.isRecorded else { return try body(id) }
    let recorder = try Recorder(id)
    let result = Result { try body(id) }
    guard recorder.isRunning else { throw Failure(description: "its recorder ended by itself") }
    let lost = recorder.end()
    var figures = try result.get()
    figures.lost = lost
    return figures
  }

  private func port(from output: FileHandle) throws -> String {
    var wait = pollfd(fd: output.fileDescriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&wait, 1, Self.startLimit) == 1 else {
      throw Failure(description: "the server didn't say in 30 seconds that it listens")
    }
    let line = Self.line(from: output)
    guard UInt16(line) != nil else {
      throw Failure(description: "the server didn't start: \(line)")
    }
    return line
  }

  /// Runs the load generator, which says where it is and waits until samples were taken.
  private func load(_ target: String, _ server: Int32) throws -> Figures {
    let arguments = [workload.mode.rawValue, target]
    let numbers = ["\(workload.bytes)", "\(workload.connections)", "\(seconds)"]
    let load = Program.pinned(
      to: Program.other, [Program.sibling("echo-load")] + arguments + numbers)
    let (input, output) = (Pipe(), Pipe())
    load.standardInput = input
    load.standardOutput = output
    load.standardError = output
    let start = ProcessSample(server)
    try load.run()
    defer {
      load.terminate()
      load.waitUntilExit()
    }
    var figures = Figures()
    var last = start
    while true {
      let line = Self.line(from: output.fileHandleForReading)
      let words = line.split(separator: " ")
      let numbers = words.dropFirst().compactMap { Double($0) }
      let sample = ProcessSample(server)
      let spent = sample.processorTime - last.processorTime
      switch (words.first, numbers.count) {
      case ("open", 0):
        figures.memory = (sample.resident - start.resident) / Double(workload.connections)
      case ("quiet", 1): figures.idleShare = spent / (numbers[0] * 1e6)
      case ("warm", 0): break
      case ("done", 4) where numbers[3] > 0:
        (figures.throughput, figures.p50, figures.p99) = (numbers[0], numbers[1], numbers[2])
        figures.cost = spent / numbers[3]
        return figures
      default: throw Failure(description: line.isEmpty ? "the load generator ended" : line)
      }
      last = sample
      input.fileHandleForWriting.write(Data("\n".utf8))
    }
  }

  // Both programs write a line and wait, so that it comes in one piece.
  private static func line(from output: FileHandle) -> String {
    String(decoding: output.availableData, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
