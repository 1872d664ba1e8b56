import Foundation
import Launching

/// A server to be measured: a program, and how it is run.
///
/// It is given a transport, and for `unix` a path, and prints its port (0 for `unix`) once it
/// listens.
struct EchoPeer {
  let name: String
  let command: [String]
  let transports: Set<Workload.Transport>
  var environment: [String: String] = [:]
  var isRecorded = false
  /// A command that succeeds if the peer is installed.
  var check: [String] = []

  /// Those that the ratios refer to.
  static let references = ["ours, streams", "ours, protocol"]

  static let all =
    ours("streams", [.tcp, .unix, .spawn]) + ours("protocol", [.tcp, .unix, .udp]) + [
      tokio,
      EchoPeer(
        name: "NIO handlers", command: [Program.sibling("nio-echo-server"), "handlers"],
        transports: [.tcp, .unix, .udp]),
      EchoPeer(
        name: "NIO async channel", command: [Program.sibling("nio-echo-server"), "async"],
        transports: [.tcp, .unix, .udp]),
      python("uvloop", "protocol", [.tcp, .unix, .udp]),
      python("uvloop", "streams", [.tcp, .unix, .spawn]),
      python("asyncio", "protocol", [.udp]),
      python("asyncio", "streams", [.tcp, .unix, .spawn]),
      EchoPeer(
        name: "posix_spawn, waitpid", command: [Program.sibling("spawn-floor")],
        transports: [.spawn]),
    ]

  // Unobserved, with the probe off, and observed.
  private static func ours(_ kind: String, _ transports: Set<Workload.Transport>) -> [EchoPeer] {
    let command = [Program.sibling("echo-server"), kind]
    let name = "ours, \(kind)"
    return [
      EchoPeer(name: name, command: command, transports: transports),
      EchoPeer(
        name: "\(name), probe off", command: command, transports: transports,
        environment: ["ASYNCTOP": "off"]),
      EchoPeer(
        name: "\(name), recorded", command: command, transports: transports, isRecorded: true),
    ]
  }

  private static var tokio: EchoPeer {
    let path = Program.peer("tokio/target/release/tokio-echo")
    return EchoPeer(
      name: "tokio", command: [path], transports: [.tcp, .unix, .udp, .spawn],
      check: ["test", "-x", path])
  }

  private static func python(
    _ loop: String, _ kind: String, _ transports: Set<Workload.Transport>
  ) -> EchoPeer {
    EchoPeer(
      name: "\(loop) \(kind)",
      command: ["python3", Program.peer("asyncio_echo.py"), loop, kind],
      transports: transports, check: ["python3", "-c", "import \(loop)"])
  }

  /// Whether it is installed.
  var isThere: Bool {
    guard !check.isEmpty else { return true }
    let process = Program.pinned(to: Program.other, check)
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
