import Foundation
import TestFixtures
import Testing

/// asynctop in a window of tmux, started by a shell that afterwards says how it left the terminal.
struct Window {
  static let environment = [
    "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8",
  ]
  /// What the first word of the header can be.
  static var heading: Regex<(Substring, Substring)> { #/^(LIVE|SCAN|PAUSED|ENDED|REC)/# }

  let tmux: Multiplexer

  /// Starts asynctop, by the shell or by a command that the shell starts.
  init(_ arguments: String, columns: Int = 80, rows: Int = 24, launcher: String = "") throws {
    tmux = try Multiplexer(columns: columns, rows: rows, environment: Self.environment)
    // On a line of its own: an interrupt ends the shell's line too.
    try tmux.enter("M=$(stty -g); clear")
    try tmux.enter("\(launcher) \(Command.path) \(arguments)")
    try tmux.wait(for: Self.heading)
  }

  /// The lines of the screen.
  var lines: [String] {
    get throws { Self.lines(try tmux.screen) }
  }

  static func lines(_ screen: String) -> [String] {
    screen.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The text of the selected row, which the standard theme draws on a background of its own, as
  /// it does the selected tab above.
  var selection: String? {
    get throws {
      let screen = try tmux.run(["capture-pane", "-p", "-e"])
      let row = Self.lines(screen).last { $0.contains("48;2;43;76;126") }
      return row?.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
    }
  }

  /// The process that draws.
  func process() throws -> pid_t {
    let shell = try tmux.run(["display-message", "-p", "#{pane_pid}"])
    let path = "/proc/\(shell.trimmingCharacters(in: .newlines))"
    let task = path.split(separator: "/").last.map(String.init) ?? ""
    let children = try String(contentsOfFile: "\(path)/task/\(task)/children", encoding: .utf8)
    return try #require(children.split(separator: " ").first.flatMap { pid_t($0) })
  }

  /// Expects the shell to be there again, on a terminal as it was before.
  func expectRestored(status: Int32 = 0) throws {
    try Waiting.answer("the terminal is not given back") {
      try tmux.flags == "0 0 1" ? true : nil
    }
    try tmux.enter(
      "S=$?; test \"$M\" = \"$(stty -g)\" && R=same || R=changed; clear; echo status $S modes $R")
    let screen = try tmux.wait(for: #/status \d+ modes \w+/#)
    #expect(screen.contains("status \(status) modes same"), "\(screen)")
  }

  /// Leaves with the key for it.
  func quit() throws {
    try tmux.type("q")
    try expectRestored()
  }

  /// Presses a key and waits for the picture it leads to.
  ///
  /// Escape must lead somewhere: another key right after it would be taken for one with Alt.
  @discardableResult
  func press(_ key: String, until isRight: (String) -> Bool) throws -> String {
    try tmux.press(key)
    return try tmux.wait(until: isRight)
  }
}
