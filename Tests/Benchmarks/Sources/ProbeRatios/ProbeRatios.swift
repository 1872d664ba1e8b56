import Foundation
import Launching

/// What the probe costs: the same program without it, off, unobserved, and observed and recorded.
///
/// The runs are interleaved and pinned to one processor, the recorder to another. A ratio is the
/// cost with the probe by that without it: 1.000 is free. Absolute figures of one machine say
/// little; ratios and differences of one run say more. Instructions are counted by callgrind, if
/// that is installed: they say the same on a busy machine.
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

    What the probe costs a program that runs tasks, off, unobserved, and observed and recorded: the
    median of ROUNDS (5), the range, difference and ratio; and instructions, if valgrind is there.
    """

  static func main() throws {
    Program.explain(usage)
    let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 5
    try compare("native tasks on Swift's executor", native, rounds: rounds)
    try compare("AsyncRuntime", runtime, rounds: rounds)
  }

  private static func compare(_ title: String, _ modes: [Mode], rounds: Int) throws {
    var figures = Figures(in: "ns of processor time per operation")
    for _ in 0..<rounds {
      for mode in modes {
        for (name, cost) in try Workload(mode).run() {
          figures.add(cost, row: name, column: mode.name)
        }
      }
    }
    figures.print(title)
    guard Instructions.areCounted else { return }
    let program = Instructions.strippedWorkload()
    defer { try? FileManager.default.removeItem(atPath: program) }
    var counts = Figures(in: "instructions per operation")
    for workload in ["yield", "churn"] {
      for mode in modes where !mode.isRecorded {
        guard let count = Instructions.count(workload, mode, program: program) else { continue }
        counts.add(count, row: workload, column: mode.name)
      }
    }
    counts.print(title)
  }
}
