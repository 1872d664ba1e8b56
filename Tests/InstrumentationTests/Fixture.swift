import Foundation

/// Runs a fixture program of this package and keeps what it prints.
struct Fixture {
  /// The values of `name value` lines.
  let values: [String: String]
  /// All lines.
  let lines: [String]
  /// How the program ended.
  let status: Int32

  init(_ name: String, _ arguments: String..., environment: [String: String] = [:]) throws {
    let process = Process()
    process.executableURL = Self.path(of: name)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    status = process.terminationStatus
    lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    values = Dictionary(
      lines.compactMap { line in
        let parts = line.split(separator: " ", maxSplits: 1)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
      }, uniquingKeysWith: { $1 })
  }

  /// A number that the program printed; −1 if it did not.
  func number(_ name: String) -> Int {
    values[name].flatMap { Int($0) } ?? -1
  }

  /// The fixtures are built beside the test bundle.
  static func path(of name: String) -> URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent(name)
  }
}
