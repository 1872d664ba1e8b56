public import ArgumentParser
public import DemoPrograms

/// Runs an example program in this process.
///
/// `demo` starts it; it is not for people.
struct Scenario: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs an example program, without a dashboard.", shouldDisplay: false)

  @Argument(help: "The scenario.")
  var name: DemoProgram

  func run() throws {
    name.run()
  }
}

extension DemoProgram: ExpressibleByArgument {}
