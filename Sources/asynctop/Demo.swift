public import ArgumentParser
import AsyncRuntime
import AsyncTopBus
import AsyncTopLinux
public import DemoPrograms

/// `asynctop demo`.
struct Demo: LoopCommand {
  static let configuration = CommandConfiguration(
    abstract: "Starts an example program in a process of its own and watches it.",
    discussion: """
      EXAMPLES:
        asynctop demo             a key-value server and its clients
        asynctop demo trouble     a deadlock, a leak and a blocked thread
        asynctop demo --list      all scenarios
      """)

  @Argument(help: "The scenario; --list shows them.")
  var scenario: DemoProgram = .server

  @Flag(help: "List the scenarios.")
  var list = false

  @OptionGroup var display: DisplayOptions

  nonisolated(nonsending) func runOnLoop() async throws {
    if list {
      for program in DemoProgram.allCases {
        print("\(program.rawValue.padded(to: 10))\(program.summary)")
      }
      return
    }
    let child: ChildProcess
    do {
      child = try ChildProcess(
        path: Program.executable,
        arguments: [
          "scenario", scenario.rawValue, "--end-with-parent", "\(ProcessFiles.ownProcess)",
        ])
    } catch {
      throw CommandFailure("the example program can't be started: \(error)")
    }
    defer { child.stop() }
    try await Watching.watch(.live(try await session(of: child)), display: display)
  }

  /// Attaches as to any other process, once it has made its region.
  private nonisolated(nonsending) func session(
    of child: ChildProcess
  ) async throws -> LiveSession {
    for _ in 0..<500 where child.isRunning {
      if let id = ProcessFiles.entry(of: child.id),
        let session = try? LiveSession(target: String(id))
      {
        return session
      }
      try await sleep(.milliseconds(10))
    }
    throw CommandFailure(
      "the example program did not start to be monitored"
        + (Program.environment("ASYNCTOP") == "off" ? ": ASYNCTOP=off is set" : ""))
  }
}

/// Runs an example program in this process.
///
/// `demo` starts it; it is not for people.
struct Scenario: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs an example program, without a dashboard.", shouldDisplay: false)

  @Argument(help: "The scenario.")
  var name: DemoProgram

  @Option(help: "End when this process does, which started this one, however it does.")
  var endWithParent: Int32?

  func run() throws {
    if let endWithParent { Program.end(withParent: endWithParent) }
    name.run()
  }
}

extension DemoProgram: ExpressibleByArgument {}

extension String {
  /// The text with spaces after it, up to a width in characters.
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
