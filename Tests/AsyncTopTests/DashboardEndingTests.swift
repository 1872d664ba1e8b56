import Foundation
import TestFixtures
import Testing

@Suite struct `Leaving the dashboard` {
  @Test(arguments: ["q", "C-c"])
  func `with a key`(key: String) throws {
    let window = try Window("demo native")
    try window.tmux.press(key)
    try window.expectRestored()
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
  func `with a signal, of which the shell learns`(signal: Int32) throws {
    let target = try Target(scenario: "native")
    let window = try Window("attach \(target.id)")
    kill(try window.process(), signal)
    try window.expectRestored(status: 128 + signal)
    try target.wait(for: "payment")
  }

  @Test func `what demo started ends with it, however it ends`() throws {
    for signal in [SIGTERM, SIGKILL] {
      let window = try Window("demo native")
      let screen = try window.tmux.screen
      let process = try #require(screen.firstMatch(of: #/pid (\d+)/#)).1
      kill(try window.process(), signal)
      try Waiting.answer("the example program goes on") {
        FileManager.default.fileExists(atPath: "/proc/\(process)/fd") ? nil : true
      }
    }
  }

  @Test func `with kill -9, which the app doesn't notice`() throws {
    let target = try Target(scenario: "native")
    let window = try Window("attach \(target.id)")
    let process = try window.process()
    kill(process, SIGKILL)
    try Waiting.answer("it is still there") { kill(process, 0) != 0 ? true : nil }
    let polls = try #require(try target.listing().named["reception"]?.polls)
    try Waiting.answer("the app stands still") {
      (try target.listing().named["reception"]?.polls ?? 0) > polls ? true : nil
    }
  }

  @Test func `not when the app is killed: its end can be looked at`() throws {
    let target = try Target(scenario: "native")
    let window = try Window("attach \(target.id)")
    target.child.send(SIGKILL)
    try target.child.wait()
    let screen = try window.tmux.wait(for: #/^ENDED/#)
    #expect(screen.contains("packer"))
    try window.press("2") { $0.contains("audit") }
    try window.quit()
  }

  @Test func `not when another program cuts the file of the region`() throws {
    let scratch = try Scratch()
    let region = scratch.file("cut.region")
    let target = try Target(scenario: "native", environment: ["ASYNCTOP_REGION": region])
    let window = try Window("attach \(target.id)")
    try #require(unsafe truncate(region, 5_000) == 0)
    let screen = try window.tmux.wait(for: #/region file was cut short/#)
    #expect(screen.hasPrefix("ENDED"))
    #expect(try window.tmux.flags == "1 1 0")
    let listing = try Command("ps", region)
    #expect(listing.errors.contains("damaged"), "\(listing.errors)")
    try window.quit()
  }

  @Test func `for a while, with Ctrl-Z and fg`() throws {
    let target = try Target(scenario: "native")
    let tmux = try Multiplexer(environment: Window.environment)
    try tmux.enter("M=$(stty -g); \(Command.path) attach \(target.id)")
    try tmux.wait(for: Window.heading)
    for _ in 0..<2 {
      try tmux.press("C-z")
      try tmux.wait(for: #/Stopped/#)
      #expect(try tmux.flags == "0 0 1")
      try tmux.enter("clear; test \"$M\" = \"$(stty -g)\" && echo modes sa\"\"me")
      try tmux.wait(for: #/modes same/#)
      try tmux.enter("clear; fg")
      try tmux.wait(for: Window.heading)
      try Waiting.answer("the terminal's modes are not set again") {
        try tmux.flags == "1 1 0" ? true : nil
      }
    }
    try tmux.type("2")
    try tmux.wait(for: #/├─/#)
    try tmux.type("q")
    try tmux.wait { !$0.contains("LIVE") }
    #expect(try tmux.flags == "0 0 1")
  }
}
