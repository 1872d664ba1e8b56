import Foundation
import TestFixtures
import Testing

@Suite struct `AsyncTopDashboard in an app` {
  private static let program = Fixture.path(of: "MonitorFixture").path
  private static let environment = [
    "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8",
  ]

  private static func terminal() throws -> Multiplexer {
    try Multiplexer(columns: 80, rows: 24, environment: environment)
  }

  @Test func `on the app's terminal, which gives it back with the app's handlers`() throws {
    let tmux = try Self.terminal()
    try tmux.enter("M=$(stty -g); clear")
    try tmux.enter("\(Self.program) present")
    try tmux.wait(for: #/waiting +\d+ backg/#)
    try tmux.type("q")
    let screen = try tmux.wait(for: #/handlers restored: \w+/#)
    #expect(screen.contains("handlers restored: true"))
    try tmux.enter("test \"$M\" = \"$(stty -g)\" && R=same || R=changed; echo modes $R")
    #expect(try tmux.wait(for: #/modes (same|changed)\n/#).contains("modes same"))
  }

  @Test func `on another terminal, while the app keeps its own`() throws {
    let app = try Self.terminal()
    let other = try Self.terminal()
    try other.enter("tty; sleep 1000")
    let screen = try other.wait(for: #/\/dev\/pts\/\d+/#)
    let path = try #require(screen.firstMatch(of: #/\/dev\/pts\/\d+/#)).0
    try app.enter("\(Self.program) present \(path)")
    try other.wait(for: #/waiting +\d+ backg/#)
    #expect(!(try app.screen).contains("LIVE"))
    try other.type("q")
    #expect(try app.wait(for: #/handlers restored: \w+/#).contains("handlers restored: true"))
  }

  @Test func `goes on when another program cuts the file of the region`() throws {
    let tmux = try Self.terminal()
    let scratch = try Scratch()
    let region = scratch.file("cut.region")
    try tmux.enter("ASYNCTOP_REGION=\(region) \(Self.program) present")
    try tmux.wait(for: #/waiting +\d+ backg/#)
    try #require(unsafe truncate(region, 5_000) == 0)
    try tmux.wait(for: #/region file was cut short/#)
    try tmux.type("q")
    #expect(try tmux.wait(for: #/handlers restored: \w+/#).contains("handlers restored: true"))
  }

  @Test func `ends with the app's signal, and the terminal is given back first`() throws {
    let tmux = try Self.terminal()
    try tmux.enter("M=$(stty -g); clear")
    try tmux.enter("\(Self.program) present")
    let screen = try tmux.wait(for: #/pid \d+/#)
    let id = try #require(screen.firstMatch(of: #/pid (\d+)/#).flatMap { Int32($0.1) })
    kill(id, SIGTERM)
    try Waiting.answer("the terminal is not given back") {
      try tmux.flags == "0 0 1" ? true : nil
    }
    try tmux.enter("S=$?; test \"$M\" = \"$(stty -g)\" && R=same; echo status $S modes $R")
    let end = try tmux.wait(for: #/status \d+ modes \w*/#)
    #expect(end.contains("status \(128 + SIGTERM) modes same"))
  }

  @Test(arguments: [SIGTERM, SIGHUP])
  func `ends by a signal, and the app with it, where nobody reads its terminal`(
    signal: Int32
  ) throws {
    let terminal = try UnreadTerminal()
    let modes = terminal.modes
    terminal.fill()
    let app = try Child(
      [Self.program, "present", terminal.path], environment: Self.environment)
    try Waiting.answer("it does not begin") { terminal.modes != modes ? true : nil }
    app.send(signal)
    #expect(try app.wait() == 128 + signal)
    #expect(terminal.modes == modes)
  }

  @Test(arguments: ["q", "\u{3}"])
  func `ends by a key, and the app goes on, where nobody reads its terminal`(key: String) throws {
    let terminal = try UnreadTerminal()
    let modes = terminal.modes
    terminal.fill()
    let app = try Child(
      [Self.program, "present", terminal.path], environment: Self.environment)
    try Waiting.answer("it does not begin") { terminal.modes != modes ? true : nil }
    terminal.type(key)
    try Waiting.answer("the app does not go on") {
      app.output.contains("handlers restored: true") ? true : nil
    }
    #expect(terminal.modes == modes)
  }
}
