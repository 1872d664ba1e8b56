import Foundation
import TestFixtures

/// A monitored program that runs while a test looks at it.
final class Target {
  let child: Child
  /// Its process id as an argument.
  let id: String

  /// Starts an example program of asynctop.
  convenience init(scenario: String, environment: [String: String] = [:]) throws {
    try self.init([Command.path, "scenario", scenario], environment: environment)
    if scenario == "native" { try wait(for: "packer 4") }
  }

  /// Starts a program.
  init(_ words: [String], environment: [String: String] = [:]) throws {
    child = try Child(words, environment: environment.merging(["ASYNCTOP": ""]) { $1 })
    id = "\(child.id)"
  }

  /// Waits until it has a task of this name.
  func wait(for name: String) throws {
    try Waiting.answer("process \(id) has no task named \(name)") {
      let command = try Command("ps", id, "--filter", name)
      return command.lines.count > 1 ? true : nil
    }
  }

  /// Everything there is, now.
  func listing(_ command: String = "ps") throws -> Listing {
    try Command(command, id, "--json").listing()
  }
}
