import Foundation
import Launching

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
    Peer(name: "ours", command: [Program.sibling("runtime-workload"), "runtime"]),
    Peer(
      name: "ours, probe off", command: [Program.sibling("runtime-workload"), "runtime"],
      environment: ["ASYNCTOP": "off"]),
    Peer(name: "swift", command: [Program.sibling("runtime-workload"), "native"]),
    Peer(name: "tokio", command: [Program.peer("tokio/target/release/tokio-workload")]),
    Peer(name: "asyncio", command: ["python3", Program.peer("asyncio_workload.py")]),
    Peer(name: "uvloop", command: ["python3", Program.peer("asyncio_workload.py"), "uvloop"]),
  ]

  private static let usage = """
    usage: runtime-ratios [ROUNDS]

    What tasks cost on AsyncRuntime and on its peers, the best of ROUNDS (3). Peers that are not
    installed are left out; how to install them says Peers/README.md.
    """

  static func main() throws {
    Program.explain(usage)
    let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 3
    var best: [String: [String: Double]] = [:]
    var names: [String] = []
    for _ in 0..<rounds {
      for peer in peers {
        let costs = try run(peer)
        if costs.isEmpty { print("\(peer.name) is not installed, see Peers/README.md: left out") }
        for (name, cost) in costs {
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
    let process = Program.pinned(
      to: Program.measured, peer.command, environment: peer.environment)
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
}
