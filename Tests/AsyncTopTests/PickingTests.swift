import Foundation
import TestFixtures
import Testing

@Suite struct `Picking a process` {
  @Test func `from the list, where several are monitored and none is named`() throws {
    let targets = [try Target(scenario: "native"), try Target(scenario: "native")]
    let wanted = try #require(targets.last).id
    let tmux = try Multiplexer(columns: 120, rows: 40, environment: Window.environment)
    try tmux.enter("clear; \(Command.path)")
    let list = try tmux.wait(for: #/Watch which one/#)
    #expect(list.contains("processes are monitored"))
    // What is no answer is asked again.
    try tmux.enter("x")
    try tmux.wait { $0.matches(of: #/Watch which one/#).count == 2 }
    let line = try #require(
      Window.lines(list).first { $0.contains(" \(wanted) ") }, "\(wanted) is not in the list")
    let number = try #require(line.split(separator: " ").first)
    try tmux.enter(String(number))
    try tmux.wait(for: Window.heading)
    #expect(try tmux.screen.contains("pid \(wanted)"))
    try tmux.type("q")
  }

  @Test func `without a terminal there is a list of commands`() throws {
    let targets = [try Target(scenario: "native"), try Target(scenario: "native")]
    let run = try Command(shell: "$A < /dev/null")
    #expect(run.status == 1)
    for target in targets { #expect(run.errors.contains("asynctop attach \(target.id)")) }
  }
}
