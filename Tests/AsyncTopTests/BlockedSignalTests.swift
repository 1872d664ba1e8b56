import Foundation
import TestFixtures
import Testing

/// asynctop started by a program that has blocked or ignored signals, which is handed down.
@Suite struct `Signals that the launcher has blocked` {
  static let blocking =
    "env --block-signal=INT --block-signal=TERM --block-signal=HUP"
    + " --block-signal=QUIT --block-signal=WINCH --block-signal=TSTP --block-signal=PIPE"

  private func open(_ target: Target, columns: Int = 80) throws -> Window {
    try Window(
      "attach \(target.id)", columns: columns, launcher: Self.blocking)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
  func `end the dashboard all the same`(signal: Int32) throws {
    let target = try Target(scenario: "native")
    let window = try open(target)
    kill(try window.process(), signal)
    try window.expectRestored(status: 128 + signal)
  }

  @Test func `and its window is followed`() throws {
    let target = try Target(scenario: "native")
    let window = try open(target, columns: 80)
    try window.tmux.run(["resize-window", "-x", "60", "-y", "10"])
    try window.tmux.wait { Window.lines($0).prefix(10).contains { $0.contains("q quit") } }
    try window.quit()
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `end a recording, which is whole`(signal: Int32) throws {
    let scratch = try Scratch()
    let target = try Target(scenario: "native")
    let file = scratch.file("s.asyncrec")
    let recorder = try Child([
      "/bin/sh", "-c", "exec \(Self.blocking) \"$0\" record \"$1\" -o \"$2\"", Command.path,
      target.id,
      file,
    ])
    try Waiting.answer("nothing is recorded") {
      (scratch.text("s.asyncrec") ?? "").isEmpty ? nil : 1
    }
    recorder.send(signal)
    #expect(try recorder.wait() == 0)
    #expect(try Command("ps", file).errors.isEmpty)
  }

  @Test func `or ignored stay ignored: nohup keeps a recording`() throws {
    let scratch = try Scratch()
    let target = try Target(scenario: "native")
    let file = scratch.file("s.asyncrec")
    let recorder = try Child(["/usr/bin/nohup", Command.path, "record", target.id, "-o", file])
    try Waiting.answer("nothing is recorded") {
      (scratch.text("s.asyncrec") ?? "").isEmpty ? nil : 1
    }
    recorder.send(SIGHUP)
    let size = (scratch.text("s.asyncrec") ?? "").utf8.count
    try Waiting.answer("the recording does not go on") {
      (scratch.text("s.asyncrec") ?? "").utf8.count > size + 4000 ? 1 : nil
    }
    #expect(!recorder.hasEnded)
    recorder.send(SIGTERM)
    #expect(try recorder.wait() == 0)
  }
}
