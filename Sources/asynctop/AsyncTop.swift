import ArgumentParser
import LinuxSystem

/// The command.
@main
struct AsyncTop: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "asynctop",
    abstract: "Shows the running tasks, timers and task groups of a Swift program.",
    discussion: """
      EXAMPLES:
        asynctop                      watch the one monitored process, or list them
        asynctop attach 4711          watch a process by its id
        asynctop attach my-server     … or by its name
        asynctop demo                 start an example program and watch it
        asynctop record my-server -o session.asyncrec --duration 60s
        asynctop play session.asyncrec --at 12.5s --paused
        asynctop ps my-server --json  the tasks, once, for a script

      A process is monitored when it runs on AsyncRuntime, or calls AsyncMonitor.expose() as its
      first line, and ASYNCTOP=off is not in its environment. In the dashboard, ? shows all keys.

      EXIT STATUS: 0 done, 1 found or failed, 2 used wrongly.
      """,
    version: "0.1.0",
    subcommands: [
      Attach.self, Demo.self, Record.self, Play.self, ProcessStatus.self, TaskTreeCommand.self,
      TimersCommand.self, Themes.self, Doctor.self, Scenario.self,
    ],
    defaultSubcommand: Attach.self)

  /// Runs the command given by the arguments and exits with its status.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      finish(error)
    }
  }

  /// Help goes to standard output with status 0; a mistake in the arguments ends with 2, what
  /// failed with 1.
  private static func finish(_ error: any Error) -> Never {
    let code = exitCode(for: error)
    let message = fullMessage(for: error)
    guard code != .success else {
      print(message)
      Program.exit(0)
    }
    if let failure = error as? CommandFailure {
      StandardError.write("asynctop: \(failure.message)\n")
      Program.exit(1)
    }
    if !message.isEmpty { StandardError.write(message + "\n") }
    Program.exit(code == .validationFailure ? 2 : code.rawValue)
  }
}
