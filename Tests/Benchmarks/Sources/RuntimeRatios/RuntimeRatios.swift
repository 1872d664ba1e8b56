import Foundation

/// What tasks cost on AsyncRuntime and on its peers, taken in turns on one processor.
///
/// The best of all rounds counts. A ratio is the peer's cost by ours: above 1, ours is cheaper. A
/// peer that is not installed is left out.
@main
struct RuntimeRatios {
  /// A program that prints `name value` lines.
  struct Peer {
    let name: String
    let command: [String]
    var environment: [String: String] = [:]
  }

  private static let peers = [
    Peer(name: "ours", command: [sibling("runtime-workload"), "runtime"]),
    Peer(
      name: "ours, probe off", command: [sibling("runtime-workload"), "runtime"],
      environment: ["ASYNCTOP": "off"]),
    Peer(name: "swift", command: [sibling("runtime-workload"), "native"]),
    Peer(name: "tokio", command: [peer("tokio/target/release/tokio-workload")]),
    Peer(name: "asyncio", command: ["python3", peer("asyncio_workload.py")]),
    Peer(name: "uvloop", command: ["python3", peer("asyncio_workload.py"), "uvloop"]),
  ]

  static func main() throws {
    let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 3
    var best: [String: [String: Double]] = [:]
    var names: [String] = []
    for _ in 0..<rounds {
      for peer in peers {
        for (name, cost) in try run(peer) {
          if !names.contains(name) { names.append(name) }
          best[name, default: [:]][peer.name] = min(best[name]?[peer.name] ?? .infinity, cost)
        }
      }
    }
    print("ns of processor time per operation; ratio to ours")
    for name in names {
      guard let ours = best[name]?["ours"] else { continue }
      let cells = peers.compactMap { peer -> String? in
        guard let cost = best[name]?[peer.name] else { return nil }
        return String(format: "%@ %.0f ×%.2f", peer.name, cost, cost / ours)
      }
      print("  \(name): \(cells.joined(separator: "   "))")
    }
  }

  private static func run(_ peer: Peer) throws -> [(name: String, cost: Double)] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["taskset", "-c", "0"] + peer.command
    process.environment = ProcessInfo.processInfo.environment.merging(peer.environment) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 2, let cost = Double(words[1]) else { return nil }
      return (String(words[0]), cost)
    }
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
