import Instrumentation
import LinuxSystem
import TerminalUI

/// Finds out which of the monitored processes is meant where none was named.
enum ProcessPicker {
  /// The only one; else the one that the user picks from a list.
  ///
  /// - Throws: `CommandFailure` if there is none, and without a terminal to ask on if there are
  ///   several.
  static func pick(_ processes: [MonitoredProcess]) throws -> MonitoredProcess {
    guard let first = processes.first else {
      throw CommandFailure(
        """
        no process is monitored. Start one that runs on AsyncRuntime or calls \
        AsyncMonitor.expose(), or try `asynctop demo`
        """)
    }
    guard processes.count > 1 else { return first }
    let heading = "\(processes.count) processes are monitored"
    guard Program.isTerminal(0) && Program.isTerminal(1) else {
      let lines = processes.map { "  asynctop attach \($0.id)   # \(SafeText.clean($0.name))" }
      throw CommandFailure("\(heading); name one:\n" + lines.joined(separator: "\n"))
    }
    print("\(heading):")
    for (position, process) in processes.enumerated() {
      print("  \(position + 1)  \(process.id)  \(SafeText.clean(process.name))")
    }
    return try ask(processes)
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
