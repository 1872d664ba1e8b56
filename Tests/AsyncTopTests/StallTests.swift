import Foundation
import TestFixtures
import Testing

/// How output comes to a halt.
enum Stall: CaseIterable {
  /// Nobody reads the terminal, from the beginning.
  case unread
  /// Nobody has read it for long.
  case full
  /// Somebody has stopped it.
  case stopped

  func apply(to terminal: UnreadTerminal) {
    switch self {
    case .unread: break
    case .full: terminal.fill()
    case .stopped: terminal.stop()
    }
  }
}

@Suite(.serialized) struct `Where output takes no more` {
  static let environment = [
    "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8",
  ]

  /// Starts a line of shell with a terminal as its standard input and output.
  func start(_ line: String, _ target: Target, on terminal: UnreadTerminal) throws -> Child {
    try Child(
      ["/bin/bash", "-c", "exec \(line)", "bash", Command.path, target.id, terminal.path],
      environment: Self.environment)
  }

  func waitUntilDrawn(_ terminal: UnreadTerminal, since modes: [UInt8]) throws {
    try Waiting.answer("it does not begin") { terminal.modes != modes ? true : nil }
  }

  @Test(arguments: Stall.allCases, [SIGTERM, SIGHUP, SIGINT, SIGQUIT])
  func `the viewer ends by a signal`(stall: Stall, signal: Int32) throws {
    let (target, terminal) = (try Target(scenario: "native"), try UnreadTerminal())
    let modes = terminal.modes
    stall.apply(to: terminal)
    let viewer = try start("\"$1\" attach \"$2\" < \"$3\" > \"$3\"", target, on: terminal)
    try waitUntilDrawn(terminal, since: modes)
    viewer.send(signal)
    #expect(try viewer.wait() == 128 + signal)
    #expect(terminal.modes == modes)
  }

  @Test(arguments: Stall.allCases, ["q", "\u{3}"])
  func `the viewer ends by a key`(stall: Stall, key: String) throws {
    let (target, terminal) = (try Target(scenario: "native"), try UnreadTerminal())
    let modes = terminal.modes
    stall.apply(to: terminal)
    let viewer = try start("\"$1\" attach \"$2\" < \"$3\" > \"$3\"", target, on: terminal)
    try waitUntilDrawn(terminal, since: modes)
    terminal.type(key)
    #expect(try viewer.wait() == 0)
    #expect(terminal.modes == modes)
  }

  /// A recorder that writes to a pipe in which there is no room, and its named pipe.
  func recorder(of target: Target, into scratch: Scratch) throws -> (Child, pipe: Int32) {
    let path = scratch.file("pipe")
    #expect(unsafe mkfifo(path, 0o600) == 0)
    let pipe = unsafe open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    let bytes = [UInt8](repeating: 0, count: 4_096)
    while unsafe write(pipe, bytes, bytes.count) > 0 {}
    let child = try Child([
      "/bin/bash", "-c", "exec \"$1\" record \"$2\" -o - > \"$3\"", "bash", Command.path, target.id,
      path,
    ])
    // It notes signals from when it catches them.
    try Waiting.answer("the recorder does not begin") {
      let status = try? String(contentsOfFile: "/proc/\(child.id)/status", encoding: .utf8)
      let caught = status?.firstMatch(of: #/SigCgt:\s*([0-9a-f]+)/#).flatMap {
        UInt64($0.1, radix: 16)
      }
      return (caught ?? 0) & 1 << (SIGTERM - 1) != 0 ? true : nil
    }
    return (child, pipe)
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGINT])
  func `the recorder ends by a signal, and says what became of the recording`(signal: Int32) throws
  {
    let (target, scratch) = (try Target(scenario: "native"), try Scratch())
    let (child, pipe) = try recorder(of: target, into: scratch)
    defer { close(pipe) }
    child.send(signal)
    #expect(try child.wait() == 1)
    #expect(child.errors.contains("takes no more"), "\(child.errors)")
  }

  @Test func `the recorder goes on when it takes more again`() throws {
    let (target, scratch) = (try Target(scenario: "native"), try Scratch())
    let (child, pipe) = try recorder(of: target, into: scratch)
    defer { close(pipe) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    var found = [UInt8]()
    try Waiting.answer("nothing comes") {
      let count = unsafe read(pipe, &bytes, bytes.count)
      if count > 0 { found += bytes[..<count].drop { $0 == 0 } }
      return found.starts(with: "asyncrec".utf8) ? true : nil
    }
    child.send(SIGTERM)
    #expect(try child.wait() == 0)
  }
}
