import Foundation
import Launching

/// Whether a recorder keeps up; see the usage.
@main
struct RecordRatios {
  private static let usage = """
    usage: record-ratios [ROUNDS [SECONDS]] [LOAD ...]

    Records programs whose tasks change all the time, ROUNDS times (3) for SECONDS (3) each, two
    minutes in all, and prints for each the median of all rounds and their range: events a second,
    the share that was lost, how busy the recorder was, events that it wrote for each second of
    processor time, and bytes. A LOAD may be the beginning of a name:
      \(Load.all.map(\.name).joined(separator: " "))
    """

  static func main() throws {
    Program.explain(usage)
    var words = CommandLine.arguments.dropFirst()
    let rounds = words.first.flatMap { Int($0) }
    if rounds != nil { words.removeFirst() }
    let seconds = words.first.flatMap { Double($0) }
    if seconds != nil { words.removeFirst() }
    let loads = Load.all.filter { load in
      words.isEmpty || words.contains { load.name.hasPrefix($0) }
    }
    guard !loads.isEmpty, rounds ?? 1 > 0, seconds ?? 1 > 0 else {
      print(usage)
      exit(2)
    }
    print("median (least … most) of each; lost and busy in percent, Mev/s are millions a second")
    for load in loads {
      var figures: [RecordingFigures] = []
      for _ in 0..<(rounds ?? 3) {
        figures.append(try RecordedLoad(load: load, seconds: seconds ?? 3).run())
      }
      print("\n\(load.name): \(load.title)")
      for (name, value) in RecordingFigures.columns {
        print("  \(name): \(Self.text(figures.map(value).sorted()))")
      }
      fflush(nil)
    }
  }

  private static func text(_ values: [Double]) -> String {
    let (least, most) = (values[0], values[values.count - 1])
    return String(format: "%.2f (%.2f … %.2f)", values[values.count / 2], least, most)
  }
}

/// A program that is recorded, and where.
struct Load {
  let name: String
  let title: String
  let command: [String]
  /// The processors of the program; nil for all.
  var processors: String?
  /// The processors of the recorder; nil for all.
  var recorder: String?
  /// Whether it is a server that a generator asks, which shares its processor with the recorder.
  var isServer = false

  static let all = [
    Load(
      name: "runtime", title: "AsyncRuntime at full speed, the recorder has a processor",
      command: ["record-workload", "runtime"], processors: "0", recorder: "1"),
    Load(
      name: "native", title: "native tasks at full speed on two threads, the recorder beside them",
      command: ["record-workload", "native", "8"]),
    Load(
      name: "million", title: "1,000,000 tasks, 20,000 switches a second",
      command: ["record-workload", "parked", "1000000", "20000"]),
    Load(
      name: "hundred-thousand", title: "100,000 tasks, as many switches as there can be",
      command: ["record-workload", "parked", "100000", "100000000"]),
    Load(
      name: "echo", title: "an echo server, the recorder shares the generator's processor",
      command: ["echo-server", "streams", "tcp"], processors: "0", recorder: "1", isServer: true),
  ]
}
