import Foundation
import Launching

/// What tasks cost on AsyncRuntime and on its peers, taken in turns on one processor, and what the
/// least program costs on it and without it.
///
/// A ratio is a peer's cost by ours: above 1, ours is cheaper. A peer that is not installed is left
/// out.
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

    What tasks cost on AsyncRuntime and on its peers: the median of ROUNDS (3), and the range. Peers
    that are not installed are left out; how to install them says Peers/README.md.
    """

  static func main() throws {
    Program.explain(usage)
    let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 3
    var figures = Figures(in: "ns of processor time per operation")
    for _ in 0..<rounds {
      for peer in peers {
        let costs = try run(peer)
        if costs.isEmpty { print("\(peer.name) is not installed, see Peers/README.md: left out") }
        for (name, cost) in costs { figures.add(cost, row: name, column: peer.name) }
      }
    }
    figures.print("tasks")
    Start.compare(rounds: 20 * rounds)
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
