public import Foundation

/// Runs a fixture program of this package and keeps what it prints.
public struct Fixture {
  /// The values of `name value` lines.
  public let values: [String: String]
  /// All lines.
  public let lines: [String]
  /// All lines of its standard error.
  public let errors: [String]
  /// How the program ended.
  public let status: Int32

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - name: Of the fixture.
  ///   - arguments: What it is to do.
  ///   - environment: Laid over this process's.
  /// - Throws: Why it can't be started.
  public init(_ name: String, _ arguments: String..., environment: [String: String] = [:]) throws {
    let process = Process()
    process.executableURL = Self.path(of: name)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // A file takes what is written to standard error meanwhile, so that no pipe has to be drained.
    let errorPath = NSTemporaryDirectory() + "asynctop-\(UUID().uuidString).err"
    _ = FileManager.default.createFile(atPath: errorPath, contents: nil)
    defer { try? FileManager.default.removeItem(atPath: errorPath) }
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errorPath))
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    status = process.terminationStatus
    lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    errors = try String(contentsOfFile: errorPath, encoding: .utf8).split(separator: "\n")
      .map(String.init)
    values = Dictionary(
      lines.compactMap { line in
        let parts = line.split(separator: " ", maxSplits: 1)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
      }, uniquingKeysWith: { $1 })
  }

  /// A number that the program printed; −1 if it did not.
  public func number(_ name: String) -> Int {
    values[name].flatMap { Int($0) } ?? -1
  }

  /// The fixtures are built beside the test bundle.
  public static func path(of name: String) -> URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent(name)
  }
}
