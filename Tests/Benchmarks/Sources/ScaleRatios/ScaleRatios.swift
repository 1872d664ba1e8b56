import Foundation
import Launching

/// What very many tasks cost whoever looks at them: lists that are printed, and the dashboard.
///
/// The program that is looked at has its own processor, asynctop the other. All figures are the
/// median of some rounds, with their range: what else the machine did is in that.
@main
struct ScaleRatios {
  private static let usage = """
    usage: scale-ratios [TASKS [ROUNDS]]

    Looks at a program with TASKS (1000000) tasks, 20,000 of which wake each second, on Swift's own
    executor and on AsyncRuntime's loop: how long lists take, and how fast the dashboard is. The
    median and the range of ROUNDS (3).
    """

  static func main() throws {
    Program.explain(usage)
    let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    let tasks = numbers.first ?? 1_000_000
    let rounds = numbers.count > 1 ? numbers[1] : 3
    for kind in ["native", "runtime"] {
      let target = try Target(kind, tasks: tasks, switches: min(20_000, tasks))
      defer { target.end() }
      print("\n\(kind), \(tasks) tasks, \(rounds) rounds")
      try lists(of: target, rounds: rounds)
      try dashboard(of: target, rounds: rounds)
    }
    let small = try Target("native", tasks: 10, switches: 10)
    defer { small.end() }
    print("\na small target")
    Self.row("first rows, ms", try (0..<rounds * 3).map { _ in try Screen(small).firstRows })
  }

  private static func lists(of target: Target, rounds: Int) throws {
    for arguments in [["ps"], ["ps", "--json"], ["tree"], ["timers"]] {
      let runs = try (0..<rounds).map { _ in try CommandRun(arguments, of: target) }
      let name = arguments.joined(separator: " ")
      row("\(name), s", runs.map(\.seconds))
      row("\(name), processor s", runs.map(\.processorSeconds))
      row("\(name), MB", runs.map(\.megabytes))
    }
  }

  private static func dashboard(of target: Target, rounds: Int) throws {
    let screens = try (0..<rounds).map { _ in try Screen(target) }
    row("dashboard: first rows, ms", screens.map(\.firstRows))
    guard let screen = screens.last else { return }
    for other in screens.dropLast() { other.end() }
    let second = (0..<10).map { _ in screen.watch(seconds: 1) }
    row("refreshes in a second", second.map(\.refreshes))
    row("processor, %", second.map(\.percent))
    row("key to paint, ms", (0..<60).map { _ in screen.press("\u{1B}[B", pause: 0.11) })
    row("page to paint, ms", (0..<10).map { _ in screen.press("\u{1B}[6~", pause: 0.3) })
    _ = screen.press("/", pause: 0.5)
    var (echoes, results): ([Double], [Double]) = ([], [])
    for letter in "request 77" {
      let times = screen.type(String(letter))
      echoes.append(times.echo)
      results.append(times.result)
    }
    row("a letter of the filter: echo, ms", echoes)
    row("… result, ms", results)
    row("resident, MB", [screen.megabytes])
    row("… at most, MB", [screen.mostMegabytes])
    screen.end()
  }

  /// Prints a row: the median, and the range.
  static func row(_ name: String, _ values: [Double]) {
    let sorted = values.sorted()
    guard let first = sorted.first, let last = sorted.last else { return }
    let median = sorted[sorted.count / 2]
    print(String(format: "  %-36@ %9.2f   (%.2f – %.2f)", name as NSString, median, first, last))
  }
}

/// The program that is looked at.
final class Target {
  let id: Int32
  private let process: Process
  private let input = Pipe()

  /// Returns once all of its tasks are there.
  init(_ kind: String, tasks: Int, switches: Int) throws {
    process = Program.pinned(
      to: Program.measured,
      [Program.sibling("scale-workload"), kind, String(tasks), String(switches)])
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    id = process.processIdentifier
    _ = output.fileHandleForReading.availableData  // "ready"
  }

  func end() {
    input.fileHandleForWriting.closeFile()
    process.waitUntilExit()
  }
}
