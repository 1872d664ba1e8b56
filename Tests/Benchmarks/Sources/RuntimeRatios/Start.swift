import Foundation
import Launching

/// What a program costs that does nothing, from its start to its end: on AsyncRuntime, with the
/// probe and without, and as a plain asynchronous `main`.
enum Start {
  private static let programs: [(name: String, program: String, environment: [String])] = [
    ("ours", "empty-run", []), ("ours, probe off", "empty-run", ["ASYNCTOP=off"]),
    ("swift", "empty-main", []),
  ]

  static func compare(rounds: Int) {
    var times = Figures(in: "ms from start to end")
    for _ in 0..<rounds {
      for (name, program, environment) in programs {
        guard let took = run(Program.sibling(program), environment) else { continue }
        times.add(took, row: "nothing", column: name)
      }
    }
    times.print("a program that does nothing")
  }

  private static func run(_ path: String, _ more: [String]) -> Double? {
    let environment = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" } + more
    var arguments = [strdup(path), nil]
    var variables = environment.map { strdup($0) } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var child: pid_t = 0
    var status: CInt = 0
    let began = ContinuousClock.now
    guard posix_spawn(&child, path, nil, nil, &arguments, &variables) == 0,
      waitpid(child, &status, 0) == child, status == 0
    else { return nil }
    let took = (ContinuousClock.now - began).components
    return Double(took.seconds) * 1e3 + Double(took.attoseconds) / 1e15
  }
}
