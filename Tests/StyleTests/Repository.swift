import Foundation

/// The tree this test was compiled from.
struct Repository {
  let root: URL
  let files: [SourceFile]
  let manifest: PackageManifest

  static let current = Result { try Repository() }

  private init() throws {
    root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    manifest = PackageManifest(try Self.text(root.appendingPathComponent("Package.swift")))
    var files: [SourceFile] = []
    for folder in ["Sources", "Tests", "themes"] {
      let places = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)
      for case let path as String in places ?? .init() where Self.isSource(path) {
        let name = "\(folder)/\(path)"
        files.append(SourceFile(name, try Self.text(root.appendingPathComponent(name))))
      }
    }
    self.files = files.sorted { $0.path < $1.path }
  }

  private static func isSource(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    guard !parts.contains(where: { $0.first == "." }) else { return false }
    // Programs as others write them.
    guard !path.hasPrefix("Foreign/Sources/") else { return false }
    return [".swift", ".c", ".h"].contains { path.hasSuffix($0) }
  }

  private static func text(_ place: URL) throws -> String {
    String(decoding: try Data(contentsOf: place), as: UTF8.self)
  }

  /// What is in a file, by its path from the top.
  func text(of path: String) throws -> String {
    try Self.text(root.appendingPathComponent(path))
  }

  /// Whether there is a file or a folder at a path from the top.
  func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
  }

  /// What lies at the top.
  var entries: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: root.path) }
  }

  /// The names `.gitignore` has for the top of the tree.
  var ignored: Set<String> {
    get throws {
      let lines = try Self.text(root.appendingPathComponent(".gitignore")).split(separator: "\n")
      return Set(lines.map { $0.split(separator: "/").joined(separator: "/") })
    }
  }

  /// Runs a program that is on the path, at the top of the tree.
  func run(_ arguments: String...) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.currentDirectoryURL = root
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
