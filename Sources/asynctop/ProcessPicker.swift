import AsyncTopBus
import AsyncTopLinux
import AsyncTopTerminal

/// Finds out which of the monitored processes is meant where none was named.
enum ProcessPicker {
  /// The only one; else the one that the user picks from a list.
  ///
  /// - Throws: `CommandFailure` if there is none, and without a terminal to ask on if there are
  ///   several.
  static func pick(_ processes: [MonitoredProcess]) throws -> MonitoredProcess {
    let readable = processes.filter { $0.problem == nil }
    if let first = readable.first ?? processes.first, readable.count <= 1 { return first }
    guard !processes.isEmpty else {
      throw CommandFailure(
        """
        no process is monitored. Start one that runs on AsyncRuntime or calls \
        AsyncMonitor.expose(), or try `asynctop demo`
        """)
    }
    let heading = "\(processes.count) processes are monitored"
    guard Program.isTerminal(0) && Program.isTerminal(1) else {
      let lines = processes.map { "  asynctop attach \($0.id)   # \(description(of: $0))" }
      throw CommandFailure("\(heading); name one:\n" + lines.joined(separator: "\n"))
    }
    print("\(heading):")
    for (position, process) in processes.enumerated() {
      print("  \(position + 1)  \(process.id)  \(description(of: process))")
    }
    return try ask(processes)
  }

  private static func description(of process: MonitoredProcess) -> String {
    let name = SafeText.clean(process.name)
    return process.problem.map { "\(name): \(SafeText.clean($0.message))" } ?? name
  }

  private static func ask(_ processes: [MonitoredProcess]) throws -> MonitoredProcess {
    while true {
      print("Watch which one (1–\(processes.count))? ", terminator: "")
      try Program.flushOutput()
      guard let line = readLine() else { throw CommandFailure("no process was picked") }
      let answer = line.filter { !$0.isWhitespace }
      if let number = Int(answer), processes.indices.contains(number - 1) {
        return processes[number - 1]
      }
      if let process = processes.first(where: { String($0.id) == answer }) { return process }
    }
  }
}
