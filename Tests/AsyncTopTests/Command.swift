import Foundation
import TestFixtures

/// A run of asynctop to its end.
struct Command {
  static let path = Fixture.path(of: "asynctop").path

  let status: Int32
  let output: String
  let errors: String

  var lines: [String] { output.split(separator: "\n").map(String.init) }

  /// Runs asynctop.
  init(_ arguments: String..., environment: [String: String] = [:]) throws {
    try self.init(words: [Self.path] + arguments, environment)
  }

  /// Runs a line of shell in which `$A` is asynctop and `$1`, `$2` … are the arguments.
  init(shell line: String, _ arguments: String..., environment: [String: String] = [:]) throws {
    try self.init(
      words: ["/bin/bash", "-c", line, "bash"] + arguments,
      environment.merging(["A": Self.path]) { $1 })
  }

  private init(words: [String], _ environment: [String: String]) throws {
    let child = try Child(words, environment: environment.merging(["NO_COLOR": ""]) { $1 })
    status = try child.wait()
    output = child.output
    errors = child.errors
  }

  /// What it printed as JSON.
  func listing() throws -> Listing {
    try JSONDecoder().decode(Listing.self, from: Data(output.utf8))
  }
}

extension Command {
  /// Runs a line of shell with a list of arguments.
  init(shell line: String, _ arguments: [String]) throws {
    try self.init(
      words: ["/bin/bash", "-c", line, "bash"] + arguments, ["A": Self.path])
  }
}
