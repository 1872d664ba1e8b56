import Foundation
import TestFixtures
import Testing

/// README's `record -o - | asynctop play -`, in a terminal.
@Suite(.serialized) struct `A recording from a pipe, on a terminal` {
  let tmux: Multiplexer

  init() throws {
    tmux = try Multiplexer(columns: 100, rows: 24, environment: Window.environment)
    try tmux.enter("A=\(Command.path); M=$(stty -g); clear")
  }

  /// Types a line and waits for the dashboard.
  func start(_ line: String) throws {
    try tmux.enter(line)
    try tmux.wait(for: #/^REC /#)
  }

  func expectLeaves() throws {
    try tmux.type("q")
    try Waiting.answer("the terminal is not given back") {
      try tmux.flags == "0 0 1" ? true : nil
    }
    try tmux.enter("test \"$M\" = \"$(stty -g)\" && R=same || R=changed; clear; echo modes $R")
    #expect(try tmux.wait(for: #/modes (same|changed)\n/#).contains("modes same"))
  }

  /// The process whose command line has these words.
  func process(_ words: String) throws -> pid_t {
    try Waiting.answer("no process \(words)") {
      for name in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
        guard let id = pid_t(name),
          let data = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
        else { continue }
        let line = String(decoding: data, as: UTF8.self).replacing("\0", with: " ")
        if line.contains(words), !line.contains("bash") { return id }
      }
      return nil
    }
  }

  @Test func `is a dashboard with keys, that follows what happens`() throws {
    let target = try Target(scenario: "native")
    try start("$A record \(target.id) -o - | $A play -")
    try tmux.wait(for: #/as it is recorded/#)
    try tmux.type("2")
    try tmux.wait(for: #/├─/#)
    try tmux.type("0")
    try tmux.wait(for: #/\d  playing/#)
    try tmux.type("$")
    try tmux.wait(for: #/as it is recorded/#)
    try tmux.press("Space")
    try tmux.wait(for: #/\d  paused/#)
    try expectLeaves()
  }

  @Test func `says when nothing comes, can be left then, and goes to the end after it`() throws {
    let target = try Target(scenario: "native")
    try start("$A record \(target.id) -o - | $A play -")
    try tmux.wait(for: #/as it is recorded/#)
    let recorder = try process("record \(target.id)")
    kill(recorder, SIGSTOP)
    try tmux.wait(for: #/nothing has come for [4-9]/#)
    try tmux.type("2")
    try tmux.wait(for: #/├─/#)
    kill(recorder, SIGCONT)
    let screen = try tmux.wait {
      !$0.contains("nothing has come") && $0.contains("as it is recorded")
    }
    let clock = try #require(screen.firstMatch(of: #/0:(\d+)\.\d+ \/ 0:(\d+)\./#))
    let (position, end) = (Int(clock.1) ?? 0, Int(clock.2) ?? 99)
    #expect(end - position <= 2, "\(clock.0)")
    kill(recorder, SIGSTOP)
    try tmux.wait(for: #/nothing has come/#)
    try expectLeaves()
    kill(recorder, SIGKILL)
  }

  @Test func `is shown as it comes where the pipe is slow`() throws {
    let recording = try `Every key of the help`.recording(of: "native")
    let file = recording.file("session.asyncrec")
    let attributes = try FileManager.default.attributesOfItem(atPath: file)
    let size = try #require(attributes[.size] as? Int)
    let part = size / 20 + 1
    try start(
      "for I in $(seq 0 19); do tail -c +$((I * \(part) + 1)) \(file) | head -c \(part);"
        + " sleep 0.1; done | $A play -")
    try tmux.wait(for: #/paused/#)
    try tmux.type("$")
    let end = try tmux.wait(for: #/reception|packer/#)
    #expect(!end.contains("ends within"))
    try expectLeaves()
  }

  @Test func `that ends within a block says so, and shows what came before`() throws {
    let recording = try `Every key of the help`.recording(of: "native")
    let file = recording.file("session.asyncrec")
    let attributes = try FileManager.default.attributesOfItem(atPath: file)
    let size = try #require(attributes[.size] as? Int)
    try start("head -c \(size - 100) \(file) | $A play -")
    try tmux.wait(for: #/the pipe ended within a block/#)
    try tmux.type("$")
    try tmux.wait(for: #/reception|packer/#)
    try expectLeaves()
  }

  @Test func `that has not begun is waited for with a picture and keys`() throws {
    let recording = try `Every key of the help`.recording(of: "native")
    let file = recording.file("session.asyncrec")
    try #require(unsafe mkfifo(file + ".pipe", 0o600) == 0)
    let pipe = try #require(FileHandle(forUpdatingAtPath: file + ".pipe"))
    try tmux.enter("$A play - < \(file).pipe")
    try tmux.wait(for: #/^waiting for the recording to begin/#)
    try tmux.type("?")
    try tmux.wait(for: #/quit/#)
    try tmux.press("Escape")
    let bytes = try #require(FileManager.default.contents(atPath: file))
    try pipe.write(contentsOf: bytes.prefix(30))
    try tmux.wait(for: #/^waiting for the recording to begin/#)
    try pipe.write(contentsOf: bytes[30..<min(bytes.count, 40_000)])
    try tmux.wait(for: #/^REC /#)
    try expectLeaves()
    try tmux.enter("clear; $A play - < \(file).pipe")
    try tmux.wait(for: #/^waiting for the recording to begin/#)
    try expectLeaves()
  }

  @Test func `that never comes leaves the terminal alone`() throws {
    try tmux.enter("true | $A play -; echo \"status $?\"")
    let screen = try tmux.wait(for: #/status \d/#)
    #expect(screen.contains("status 1"))
    #expect(screen.contains("ends before it says what was recorded"))
    try tmux.enter("clear; $A play -; echo \"status $?\"")
    try tmux.wait(for: #/standard input is a terminal[^$]*status 1/#)
    try tmux.enter("clear")
    try tmux.enter("sleep 1000 | $A play - --speed 3")
    _ = try process("play - --speed 3")
    try tmux.press("C-c")
    try tmux.enter("echo \"status $?\"")
    try tmux.wait(for: #/status 130/#)
  }
}
