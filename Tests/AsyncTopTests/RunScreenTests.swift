import Foundation
import TestFixtures
import Testing

/// `asynctop run` on a terminal.
@Suite struct `The dashboard of a program that it has started` {
  private let plain = Fixture.path(of: "PlainFixture").path

  @Test func `what it writes stands below, and a key shows more of it or none`() throws {
    let window = try Window("run -- \(plain) chatter", columns: 100, rows: 30)
    let part = try window.tmux.wait(for: #/line 4/#)
    #expect(part.contains("PlainFixture"))
    #expect(part.contains("Tasks"))
    let all = try window.press("p") { !$0.contains("1 Tasks") && $0.contains("line 14") }
    #expect(all.contains("p hides its output"))
    let none = try window.press("p") { $0.contains("1 Tasks") && !$0.contains("line 1") }
    #expect(none.contains("p shows its output"))
    try window.press("p") { $0.contains("1 Tasks") && $0.contains("line 1") }
    try window.tmux.type("q")
    try window.expectRestored(status: 128 + 15)
  }

  @Test func `one that ends stays on the screen, and its status is asynctop's`() throws {
    let tmux = try Multiplexer(columns: 100, rows: 30, environment: Window.environment)
    try tmux.enter("\(Command.path) run -- \(plain) exit 7")
    try tmux.wait(for: #/exited with 7/#)
    try tmux.type("q")
    try tmux.enter("clear; echo status $?")
    try tmux.wait(for: #/status \d+/#)
  }

  @Test func `one that is stopped at its start is let go by a key`() throws {
    let window = try Window("run --wait -- \(plain) sleepers", columns: 100, rows: 30)
    let held = try window.tmux.wait(for: #/c lets it go on/#)
    #expect(!held.contains("sleeper 1"))
    try window.press("c") { $0.contains("sleeper 1") && !$0.contains("lets it go on") }
    try window.tmux.type("q")
    try window.expectRestored(status: 128 + 15)
  }
}
