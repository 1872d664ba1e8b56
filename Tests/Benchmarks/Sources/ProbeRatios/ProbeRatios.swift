import Foundation
import Launching

/// What the probe costs: the same program without it, off, unobserved, and observed and recorded.
///
/// The runs are interleaved and pinned to one processor, the recorder to another; the best of all
/// rounds counts. A ratio is the time without the probe by the time with it: 1.00 is free. Absolute
/// figures of one machine say little; ratios and differences of one run say more.
@main
struct ProbeRatios {
  /// One way to run the workloads.
  struct Mode {
    let name: String
    let arguments: [String]
    let environment: [String: String]
    var isRecorded = false
  }

  private static let native = [
    Mode(name: "without", arguments: ["native"], environment: [:]),
    Mode(name: "off", arguments: ["native", "exposed"], environment: ["ASYNCTOP": "off"]),
    Mode(name: "unobserved", arguments: ["native", "exposed"], environment: [:]),
    Mode(
      name: "recorded", arguments: ["native", "exposed", "observed"], environment: [:],
      isRecorded: true),
  ]
  // AsyncRuntime always has the probe in it: without it means off.
  private static let runtime = [
    Mode(name: "off", arguments: ["runtime"], environment: ["ASYNCTOP": "off"]),
    Mode(name: "unobserved", arguments: ["runtime"], environment: [:]),
    Mode(
      name: "recorded", arguments: ["runtime", "observed"], environment: [:], isRecorded: true),
  ]

  private static let usage = """
    usage: probe-ratios [ROUNDS]

    What the probe costs a program that runs tasks: the best of ROUNDS (5) with it off, unobserved,
    and observed and recorded.
    """

  static func main() throws {
    Program.explain(usage)
    let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 5
    try compare("native tasks on Swift's executor", native, rounds: rounds)
    try compare("AsyncRuntime", runtime, rounds: rounds)
  }

  private static func compare(_ title: String, _ modes: [Mode], rounds: Int) throws {
    var best: [String: [String: Double]] = [:]
    var names: [String] = []
    for _ in 0..<rounds {
      for mode in modes {
        for (name, cost) in try Workload(mode).run() {
          if !names.contains(name) { names.append(name) }
          let known = best[name]?[mode.name] ?? .infinity
          best[name, default: [:]][mode.name] = min(known, cost)
        }
      }
    }
    print("\n\(title): ns per operation, difference and ratio to \(modes[0].name)")
    for name in names {
      guard let base = best[name]?[modes[0].name] else { continue }
      let cells = modes.compactMap { mode -> String? in
        guard let cost = best[name]?[mode.name] else { return nil }
        let relation = String(format: "%+.0f ×%.3f", cost - base, base / cost)
        return String(format: "%@ %.0f (%@)", mode.name, cost, relation)
      }
      print("  \(name): \(cells.joined(separator: "   "))")
    }
  }
}
