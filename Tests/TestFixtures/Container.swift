import Foundation
public import Testing

/// A shell in namespaces of its own, as in a container: it is process 1 there, and has its own
/// `/proc`, mounts and clocks.
public final class Container {
  /// Runs a test only where such namespaces may be made.
  public static var allowed: ConditionTrait {
    .enabled(
      if: isAllowed, "unshare(1) may not make namespaces here: run as root with CAP_SYS_ADMIN")
  }

  private static let isAllowed = (try? Child(words(nil) + ["true"]).wait()) == 0

  /// What started the shell, outside.
  public let launcher: Child

  /// Starts a shell.
  ///
  /// - Parameters:
  ///   - line: What the shell does; `$1` and so on are the arguments.
  ///   - arguments: Those.
  ///   - clocks: How many seconds its clocks are ahead of ours; nil for our clocks.
  ///   - environment: Laid over the test's.
  /// - Throws: Why it can't be started.
  public init(
    _ line: String, _ arguments: String..., clocks: (monotonic: Int, boot: Int)? = nil,
    environment: [String: String] = [:]
  ) throws {
    launcher = try Child(
      Self.words(clocks) + ["/bin/sh", "-c", line, "sh"] + arguments, environment: environment)
  }

  private static func words(_ clocks: (monotonic: Int, boot: Int)?) -> [String] {
    let clocks = clocks.map {
      ["--time", "--monotonic", "\($0.monotonic)", "--boottime", "\($0.boot)"]
    }
    return ["/usr/bin/unshare", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc"]
      + (clocks ?? [])
  }

  /// The id out here of the process that has a name inside, once it is there.
  public func process(named name: String) throws -> Int32 {
    try Waiting.answer("no \(name) in the container; it wrote: \(launcher.errors)") {
      processes().first { text("/proc/\($0)/comm") == "\(name)\n" }
    }
  }

  /// The ids out here of all processes inside.
  private func processes() -> [Int32] {
    var found: [Int32] = []
    var next = children(of: launcher.id)
    while let id = next.popLast() {
      found.append(id)
      next += children(of: id)
    }
    return found
  }

  private func children(of id: Int32) -> [Int32] {
    text("/proc/\(id)/task/\(id)/children").split(separator: " ").compactMap { Int32($0) }
  }

  private func text(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }
}
