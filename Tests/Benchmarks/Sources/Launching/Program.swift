public import Foundation

/// How the programs of this package find each other, and where they run.
public enum Program {
  /// The processor of whatever is measured.
  public static let measured = 0
  /// The processor of everything else.
  public static let other = 1

  /// The path of a program of this package; they are built beside each other.
  public static func sibling(_ name: String) -> String {
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return own.deletingLastPathComponent().appendingPathComponent(name).path
  }

  /// The path of a program in another language, beside the sources.
  public static func peer(_ path: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Peers/\(path)").standardized.path
  }

  /// A process that will run a command on one processor, with more in its environment.
  ///
  /// The programs on the way execute each other, so its id is that of the command.
  public static func pinned(
    to processor: Int, _ command: [String], environment: [String: String] = [:]
  ) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["taskset", "-c", String(processor)] + command
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    return process
  }

  /// Keeps this process, and what it starts, off the processor of what is measured.
  public static func makeRoom() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let own = String(ProcessInfo.processInfo.processIdentifier)
    process.arguments = ["taskset", "--all-tasks", "--cpu-list", "--pid", String(other), own]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
  }

  /// Prints what a program is for, and exits, if it was asked to.
  public static func explain(_ usage: String) {
    guard CommandLine.arguments.contains(where: { $0 == "--help" || $0 == "-h" }) else { return }
    print(usage)
    exit(0)
  }
}
