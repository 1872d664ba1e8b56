import Foundation
import Glibc
import TestFixtures
import Testing

@Suite(.serialized) struct `A terminal seen from outside` {
  static let environment = [
    "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8",
  ]
  static let fixture = Fixture.path(of: "TerminalFixture").path

  /// A shell that runs the fixture, and says afterwards how the terminal was left.
  func start(_ environment: [String: String] = Self.environment) throws -> Multiplexer {
    let tmux = try Multiplexer(environment: environment)
    try tmux.enter(
      "ulimit -c 0; M=$(stty -g); SWIFT_BACKTRACE=enable=no \(Self.fixture); S=$?; "
        + "test \"$M\" = \"$(stty -g)\" && R=same || R=changed; clear; echo status $S modes $R")
    try tmux.wait(for: #/ready (\d+)/#)
    return tmux
  }

  /// The fixture's process.
  func process(_ tmux: Multiplexer) throws -> pid_t {
    let screen = try tmux.screen
    let match = try #require(screen.firstMatch(of: #/ready (\d+)/#))
    return try #require(pid_t(match.1))
  }

  func expectRestored(_ tmux: Multiplexer, status: Int32) throws {
    let screen = try tmux.wait(for: #/status \d+ modes \w+/#)
    #expect(screen.contains("status \(status) modes same"), "\(screen)")
    #expect(try tmux.flags == "0 0 1")
  }

  @Test func `the screen is the program's while it runs`() throws {
    let tmux = try start()
    #expect(try tmux.flags == "1 1 0")
    // The last cell of the last row is the one that terminals have trouble with.
    try tmux.wait(for: #/^┌─ fixture ─+┐\n│ ready \d+ +│\n(│ {78}│\n){21}└─{78}┘/#)
    try tmux.type("q")
    try expectRestored(tmux, status: 0)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
  func `the terminal is restored after a signal that asks to end`(signal: Int32) throws {
    let tmux = try start()
    kill(try process(tmux), signal)
    try expectRestored(tmux, status: 0)
  }

  @Test(arguments: [SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP])
  func `the terminal is restored after a crash, which happens all the same`(signal: Int32) throws {
    let tmux = try start()
    kill(try process(tmux), signal)
    try expectRestored(tmux, status: 128 + signal)
  }

  @Test(arguments: [("s", SIGSEGV), ("a", SIGABRT), ("t", SIGILL)])
  func `the terminal is restored after the program's own fault`(key: String, signal: Int32) throws {
    let tmux = try start()
    try tmux.type(key)
    try expectRestored(tmux, status: 128 + signal)
  }

  @Test func `Ctrl-Z gives the terminal to the shell, and fg takes it back`() throws {
    let tmux = try Multiplexer(environment: Self.environment)
    try tmux.enter("M=$(stty -g); \(Self.fixture)")
    try tmux.wait(for: #/ready/#)
    for _ in 0..<2 {
      try tmux.press("C-z")
      try tmux.wait(for: #/Stopped/#)
      #expect(try tmux.flags == "0 0 1")
      try tmux.enter("clear; test \"$M\" = \"$(stty -g)\" && echo modes sa\"\"me")
      try tmux.wait(for: #/modes same/#)
      try tmux.enter("clear; fg")
      try tmux.wait(for: #/fixture ─[^$]*resumed/#)
      #expect(try tmux.flags == "1 1 0")
    }
    try tmux.type("x")
    try tmux.wait(for: #/key x/#)
    try tmux.type("q")
    try tmux.wait(for: #/ended by q/#)
  }

  @Test func `SIGTSTP and SIGSTOP stop it too, and it draws again when it goes on`() throws {
    let tmux = try Multiplexer(environment: Self.environment)
    try tmux.enter(Self.fixture)
    try tmux.wait(for: #/ready \d+/#)
    let process = try process(tmux)
    for signal in [SIGTSTP, SIGSTOP] {
      kill(process, signal)
      try tmux.wait(for: #/Stopped/#)
      try tmux.enter("clear; fg")
      try tmux.wait(for: #/fixture ─[^$]*resumed/#)
      try tmux.type("x")
      try tmux.wait(for: #/key x/#)
    }
    try tmux.type("q")
    try tmux.wait(for: #/ended by q/#)
  }

  @Test func `clicks, pastes and sizes arrive`() throws {
    let tmux = try start()
    try tmux.type("\u{1B}[<0;10;12M")
    try tmux.wait(for: #/mouse press 9,11/#)
    try tmux.run(["set-buffer", "some text"])
    try tmux.run(["paste-buffer", "-p"])
    try tmux.wait(for: #/paste some text/#)
    try tmux.run(["resize-window", "-x", "50", "-y", "14"])
    try tmux.wait(for: #/─┐\n│ size 50x14 {37}│\n(│ {48}│\n){11}└─{48}┘/#)
    try tmux.run(["resize-window", "-x", "1", "-y", "1"])
    try tmux.run(["resize-window", "-x", "120", "-y", "40"])
    try tmux.wait(for: #/size 120x40/#)
    try tmux.type("q")
    try expectRestored(tmux, status: 0)
  }

  @Test func `NO_COLOR leaves bold and takes the colours`() throws {
    let colored = try start()
    let plain = try start(Self.environment.merging(["NO_COLOR": "1"]) { $1 })
    let color = #/\u{1B}\[[0-9;]*[34]8;/#
    #expect(try colored.run(["capture-pane", "-p", "-e"]).firstMatch(of: color) != nil)
    let screen = try plain.run(["capture-pane", "-p", "-e"])
    #expect(screen.firstMatch(of: color) == nil)
    #expect(screen.contains("\u{1B}[1m"))
  }

  @Test(arguments: [SIGSEGV, SIGABRT, SIGTERM, SIGHUP])
  func `it ends, and the modes are restored, where nobody reads it`(signal: Int32) throws {
    let terminal = try UnreadTerminal()
    let modes = terminal.modes
    terminal.fill()
    let line = "ulimit -c 0; exec \"$0\" < \"$1\" > \"$1\""
    let child = try Child(
      ["/bin/bash", "-c", line, Self.fixture, terminal.path],
      environment: Self.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 })
    try Waiting.answer("it does not begin") { terminal.modes != modes ? true : nil }
    child.send(signal)
    try child.wait()
    #expect(terminal.modes == modes)
  }
}
