import AsyncRuntime
import Foundation

/// A run of the fixture program, which has the main thread to itself.
struct Fixture {
  var output: [String]
  var errors: String
  /// The exit status, or minus the signal that ended it.
  var status: Int32

  /// Runs it to its end.
  static func run(
    _ name: String, _ argument: String = "", probe: Bool = true,
    environment: [String: String] = [:],
    whenReady: @escaping @Sendable (Process, String) -> Void = { _, _ in }
  ) async throws -> Fixture {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
      .deletingLastPathComponent().appendingPathComponent("RuntimeFixture")
    process.arguments = [name, argument]
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["ASYNCTOP": probe ? "on" : "off"]
    ) { $1 }.merging(environment) { $1 }
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    return try await Runner.onOwnThread { [process] in
      try process.run()
      var lines: [String] = []
      var rest = ""
      while true {
        let data = output.fileHandleForReading.availableData
        if data.isEmpty { break }
        rest += String(decoding: data, as: UTF8.self)
        while let end = rest.firstIndex(of: "\n") {
          lines.append(String(rest[..<end]))
          whenReady(process, lines[lines.count - 1])
          rest = String(rest[rest.index(after: end)...])
        }
      }
      let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      let status = process.terminationStatus
      return Fixture(
        output: lines, errors: text,
        status: process.terminationReason == .uncaughtSignal ? -status : status)
    }
  }
}
