import Foundation
import Launching

/// Counts the instructions of an operation, by callgrind: a figure that no other load disturbs.
///
/// The workload runs twice, the second time with twice as many operations; the difference is
/// theirs.
enum Instructions {
  private static let operations = 4000

  /// Whether what it takes is installed.
  static var areCounted: Bool {
    ["valgrind", "objcopy"].allSatisfy { run("/usr/bin/which", [$0])?.isEmpty == false }
  }

  /// The instructions of one operation of a workload; nil if that failed.
  static func count(_ workload: String, _ mode: ProbeRatios.Mode, program: String) -> Double? {
    guard let few = total(workload, operations, mode, program),
      let many = total(workload, 2 * operations, mode, program)
    else { return nil }
    return (many - few) / Double(operations)
  }

  /// The workload's program without what valgrind can't read of it.
  static func strippedWorkload() -> String {
    let copy = NSTemporaryDirectory() + "probe-workload-\(getpid())"
    _ = run("/usr/bin/env", ["objcopy", "--strip-debug", Program.sibling("probe-workload"), copy])
    return copy
  }

  private static func total(
    _ workload: String, _ operations: Int, _ mode: ProbeRatios.Mode, _ program: String
  ) -> Double? {
    let arguments =
      ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program]
      + mode.arguments + ["count", workload, String(operations)]
    let text = run("/usr/bin/env", arguments, environment: mode.environment) ?? ""
    guard let line = text.split(separator: "\n").last(where: { $0.contains("Collected : ") }) else {
      return nil
    }
    return line.split(separator: " ").last.flatMap { Double($0) }
  }

  // What a program prints, on both of its outputs.
  private static func run(
    _ path: String, _ arguments: [String], environment: [String: String] = [:]
  ) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
