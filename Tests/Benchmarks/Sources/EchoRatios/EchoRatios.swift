import Foundation

/// TCP echo on AsyncRuntime's streams and on its peers, in turns.
///
/// The server has one processor and the load generator the other. The best round of each counts.
/// The first ratio is our throughput by the peer's, the second the peer's processor time for a
/// message by ours, which other programs on the machine disturb less: above 1, ours is faster. A
/// peer that is not installed is left out.
@main
struct EchoRatios {
  struct Server {
    let name: String
    let command: [String]
    var environment: [String: String] = [:]
    var isRecorded = false
  }

  struct Figures {
    var throughput = 0.0
    var p50 = 0.0
    var p99 = 0.0
    /// Processor time of the server for a message, in microseconds.
    var cost = 0.0
  }

  private static let servers = [
    Server(name: "ours", command: [sibling("echo-server")]),
    Server(
      name: "ours, probe off", command: [sibling("echo-server")],
      environment: ["ASYNCTOP": "off"]),
    Server(name: "ours, recorded", command: [sibling("echo-server")], isRecorded: true),
    Server(name: "tokio", command: [peer("tokio/target/release/tokio-echo")]),
    Server(name: "NIO handlers", command: [sibling("nio-echo-server"), "handlers"]),
    Server(name: "NIO async channel", command: [sibling("nio-echo-server"), "async"]),
    Server(
      name: "uvloop protocol", command: ["python3", peer("asyncio_echo.py"), "uvloop", "protocol"]),
    Server(name: "uvloop streams", command: ["python3", peer("asyncio_echo.py"), "uvloop"]),
    Server(name: "asyncio streams", command: ["python3", peer("asyncio_echo.py")]),
  ]

  static func main() throws {
    let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    let rounds = numbers.first ?? 2
    let seconds = numbers.dropFirst().first ?? 2
    for size in [1024, 10_240, 102_400] {
      for connections in [1, 32, 512] {
        try compare(size: size, connections: connections, rounds: rounds, seconds: seconds)
      }
    }
  }

  private static func compare(
    size: Int, connections: Int, rounds: Int, seconds: Int
  ) throws {
    var best: [String: Figures] = [:]
    for _ in 0..<rounds {
      for server in servers {
        let arguments = [size, connections, seconds].map(String.init)
        guard let figures = try measure(server, arguments) else { continue }
        let known = best[server.name] ?? Figures(cost: .infinity)
        if figures.throughput > known.throughput { best[server.name] = figures }
        best[server.name]?.cost = min(known.cost, figures.cost)
      }
    }
    print("\(size) bytes, \(connections) connections: messages a second; µs")
    let ours = best["ours"] ?? Figures()
    for server in servers {
      guard let figures = best[server.name] else { continue }
      let name = server.name.padding(toLength: 18, withPad: " ", startingAt: 0)
      print(
        String(
          format: "  %@ %8.0f ×%.2f  processor %6.2f ×%.2f  p50 %.0f  p99 %.0f", name,
          figures.throughput, ours.throughput / figures.throughput, figures.cost,
          figures.cost / ours.cost, figures.p50, figures.p99))
    }
  }

  private static func measure(_ server: Server, _ arguments: [String]) throws -> Figures? {
    let process = pinned(0, server.command)
    process.environment = ProcessInfo.processInfo.environment.merging(server.environment) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer {
      process.terminate()
      process.waitUntilExit()
    }
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else { return nil }
    let recorder = server.isRecorded ? try record(process.processIdentifier) : nil
    defer { recorder?.terminate() }
    let before = processorTime(of: process.processIdentifier)
    let load = pinned(1, [sibling("echo-load"), String(port)] + arguments)
    let answer = Pipe()
    load.standardOutput = answer
    try load.run()
    let text = String(decoding: answer.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    load.waitUntilExit()
    let figures = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    guard figures.count == 4, figures[0] > 0 else { return nil }
    let cost = processorTime(of: process.processIdentifier) - before
    return Figures(
      throughput: figures[0], p50: figures[1], p99: figures[2], cost: cost / figures[3])
  }

  // Of all threads, in microseconds.
  private static func processorTime(of id: Int32) -> Double {
    let folder = "/proc/\(id)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return threads.reduce(0) { sum, thread in
      let text = try? String(contentsOfFile: "\(folder)/\(thread)/schedstat", encoding: .utf8)
      return sum + (text?.split(separator: " ").first.flatMap { Double($0) } ?? 0) / 1000
    }
  }

  private static func pinned(_ processor: Int, _ command: [String]) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["taskset", "-c", String(processor)] + command
    return process
  }

  // To nowhere, beside the load generator, at the lowest priority: it shares that processor.
  private static func record(_ id: Int32) throws -> Process {
    let recorder = pinned(1, ["nice", sibling("asynctop"), "record", String(id), "-o", "-"])
    let output = Pipe()
    recorder.standardOutput = output
    try recorder.run()
    _ = output.fileHandleForReading.availableData  // It has begun.
    Thread.detachNewThread { while !output.fileHandleForReading.availableData.isEmpty {} }
    return recorder
  }

  /// The programs are built beside this one.
  private static func sibling(_ name: String) -> String {
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return own.deletingLastPathComponent().appendingPathComponent(name).path
  }

  /// A program in another language, beside the sources.
  private static func peer(_ path: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Peers/\(path)").standardized.path
  }
}
