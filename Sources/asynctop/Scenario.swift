public import ArgumentParser
public import DemoPrograms
import LinuxSystem

/// Runs an example program in this process.
///
/// `demo` starts it; it is not for people.
struct Scenario: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs an example program, without a dashboard.", shouldDisplay: false)

  @Argument(help: "The scenario.")
  var name: DemoProgram

  @Flag(help: "End when the program that started this one does, however it does.")
  var endWithParent = false

  func run() throws {
    if endWithParent { Program.endWithParent() }
    name.run()
  }
}

extension DemoProgram: ExpressibleByArgument {}
