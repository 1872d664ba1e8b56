import Foundation
import TestFixtures

/// A C program that the toolchain's compiler made, in a folder of its own.
final class CompiledProgram {
  struct Failure: Error { let output: String }

  let folder: String
  /// The program.
  var path: String { folder + "/program" }

  init(_ source: String, options: [String] = ["-g", "-O1"]) throws {
    folder = NSTemporaryDirectory() + "program-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try compile(source, options: options)
  }

  /// Puts another program in the place of this one, as a deployment does.
  func compile(_ source: String, options: [String] = ["-g", "-O1"]) throws {
    try source.write(toFile: folder + "/program.c", atomically: true, encoding: .utf8)
    try run(
      "clang",
      ["-fuse-ld=lld", "-Wl,--build-id=sha1", "-no-pie"] + options
        + ["-o", folder + "/new", folder + "/program.c"])
    try FileManager.default.moveItem(atPath: folder + "/new", replacing: path)
  }

  /// Runs `llvm-objcopy` on files of the folder.
  func copy(_ arguments: String...) throws {
    try run("llvm-objcopy", arguments.map { $0.first == "-" ? $0 : "\(folder)/\($0)" })
  }

  /// Where a function begins, in the file's own numbering.
  func address(of function: String) throws -> UInt64 {
    for line in try run("llvm-nm", [path]).split(separator: "\n") {
      let fields = line.split(separator: " ")
      if fields.count == 3, fields[2] == function, let address = UInt64(fields[0], radix: 16) {
        return address
      }
    }
    throw Failure(output: "no function \(function)")
  }

  /// Runs a tool of the toolchain, which stands beside its compiler.
  @discardableResult
  private func run(_ tool: String, _ arguments: [String]) throws -> String {
    let child = try Child([try Self.toolchain + "/" + tool] + arguments)
    let status = try child.wait()
    guard status == 0 else { throw Failure(output: child.errors) }
    return child.output
  }

  private static var toolchain: String {
    get throws {
      let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
      for folder in folders {
        let compiler = URL(fileURLWithPath: "\(folder)/swift").resolvingSymlinksInPath()
        let place = compiler.deletingLastPathComponent().path
        if FileManager.default.isExecutableFile(atPath: place + "/clang") { return place }
      }
      throw Failure(output: "no toolchain in PATH")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }
}

extension FileManager {
  fileprivate func moveItem(atPath path: String, replacing other: String) throws {
    if fileExists(atPath: other) { try removeItem(atPath: other) }
    try moveItem(atPath: path, toPath: other)
  }
}
