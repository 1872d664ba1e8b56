import ArgumentParser
import AsyncTopDashboard
import AsyncTopLinux
import AsyncTopTerminal

/// The command.
@main
struct AsyncTop: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "asynctop",
    abstract: "Shows the running tasks, timers and task groups of a Swift program.",
    discussion: """
      EXAMPLES:
        asynctop run -- my-server     start a Swift program, unchanged, and watch it
        asynctop                      watch the one monitored process, or list them
        asynctop attach 4711          watch a process by its id
        asynctop attach my-server     … or by its name
        asynctop demo                 start an example program and watch it
        asynctop record my-server -o session.asyncrec --duration 60s
        asynctop play session.asyncrec --at 12.5s --paused
        asynctop ps my-server --json  the tasks, once, for a script

      A process is monitored when asynctop run has started it, when it runs on
      AsyncRuntime, or when it calls AsyncMonitor.expose() as its first line, and
      ASYNCTOP=off is not in its environment. In the dashboard, ? shows all keys.

      EXIT STATUS: 0 done, 1 found or failed, 2 used wrongly. That of run
      is its program's.
      """,
    version: "0.1.0",
    subcommands: [
      Attach.self, Run.self, Demo.self, Record.self, Play.self, ListCommand<TaskList>.self,
      TaskTreeCommand.self, ListCommand<TimerList>.self, ListCommand<SiteList>.self,
      ListCommand<ResourceList>.self, WaitsCommand.self, ListCommand<ThreadList>.self,
      ListCommand<WarningList>.self, Check.self, Themes.self, Doctor.self, Scenario.self,
    ],
    defaultSubcommand: Attach.self)

  /// Runs the command given by the arguments and exits with its status.
  static func main() {
    Program.reserveStandardDescriptors()
    Program.unblockSignals()
    do {
      var command = try parseAsRoot()
      try checkLimits()
      try command.run()
      end(0)
    } catch {
      finish(error)
    }
  }

  /// Without room for the files that it looks into, much would look as if it were not there.
  private static func checkLimits() throws(CommandFailure) {
    let (needed, allowed) = (32, Program.raiseDescriptorLimit())
    guard allowed < needed else { return }
    throw CommandFailure(
      "the limit of open files is \(allowed) here, \(needed) are needed; raise it with ulimit -n")
  }

  /// Help goes to standard output with status 0; a mistake in the arguments ends with 2, what
  /// failed with 1.
  private static func finish(_ error: any Error) -> Never {
    let code = exitCode(for: error)
    if code == .success {
      print(fullMessage(for: error))
      end(0)
    }
    let failure = (error as? CommandFailure).map { "asynctop: \($0.message)" }
    // The arguments that a message repeats may hold anything.
    for line in (failure ?? fullMessage(for: error)).split(separator: "\n") {
      StandardError.write(SafeText.clean(String(line)))
    }
    end(code == .validationFailure ? 2 : code.rawValue)
  }

  /// Exits; a script must learn of it if what was printed could not be written.
  static func end(_ status: Int32) -> Never {
    do {
      try Program.flushOutput()
    } catch {
      StandardError.write("asynctop: standard output can't be written: \(error)")
      Program.exit(1)
    }
    Program.exit(status)
  }
}

/// A command that could not do what it was asked, and what to do about it.
struct CommandFailure: Error {
  let message: String

  init(_ message: String) {
    self.message = message
  }

  /// Takes over the message of an error of one of our modules.
  init(_ error: any Error) {
    message = "\(error)"
  }
}
