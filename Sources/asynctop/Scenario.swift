public import ArgumentParser
public import DemoPrograms
import AsyncTopLinux

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
