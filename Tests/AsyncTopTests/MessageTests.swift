import Foundation
import TestFixtures
import Testing

@Suite struct `What asynctop says when it can't` {
  /// A message is a line that begins with the program's name, and nothing goes to standard output.
  func expectFailure(_ run: Command, _ parts: String..., lines: Int = 1) {
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("asynctop: "))
    #expect(run.errors.split(separator: "\n", omittingEmptySubsequences: false).count == lines + 1)
    for part in parts { #expect(run.errors.contains(part), "\(run.errors)") }
  }

  @Test(arguments: ["attach", "ps", "tree", "timers", "doctor"])
  func `there is no such process`(command: String) throws {
    expectFailure(try Command(command, "999999999"), "there is no process 999999999")
    expectFailure(
      try Command(command, "no-such-name"), "no monitored process is named no-such-name",
      "`asynctop` alone lists them")
  }

  @Test func `a process is not monitored`() throws {
    let own = "\(ProcessInfo.processInfo.processIdentifier)"
    let other = try Target(["/bin/sleep", "1000"])
    for run in [
      try Command("ps", other.id), try Command("attach", other.id), try Command("doctor", other.id),
      try Command("record", other.id, "-o", "/dev/null"),
    ] {
      expectFailure(run, "is not monitored", "AsyncMonitor.expose()", "ASYNCTOP=off")
    }
    #expect(try Command("ps", own).status <= 1)
  }

  @Test func `a log of asynctop's messages is not taken for a region`() throws {
    let scratch = try Scratch()
    let log = try scratch.write("log", Data("asynctop: recorded 1 events in 2 bytes".utf8))
    let other = try Target(["/bin/sh", "-c", "exec sleep 1000 2>>\"$1\"", "sh", log])
    try Waiting.answer("the log was not opened") {
      let link = "/proc/\(other.id)/fd/2"
      return try FileManager.default.destinationOfSymbolicLink(atPath: link) == log ? true : nil
    }
    expectFailure(try Command("ps", other.id), "is not monitored")
  }

  @Test func `a process with ASYNCTOP=off is not monitored`() throws {
    let other = try Target([Command.path, "demo", "native"], environment: ["ASYNCTOP": "off"])
    _ = other
    let run = try Command("demo", "native", environment: ["ASYNCTOP": "off"])
    expectFailure(run, "did not start to be monitored", "ASYNCTOP=off is set")
  }

  static let canDropPrivileges =
    (try? Command(
      shell: "test $(id -u) = 0 && setpriv --reuid 65534 --regid 65534 --clear-groups test -x $A"))?
    .status == 0

  @Test(.enabled(if: canDropPrivileges))
  func `a process belongs to another user`() throws {
    let target = try Target(scenario: "native")
    let run = try Command(
      shell: "setpriv --reuid 65534 --regid 65534 --clear-groups $A ps $1", target.id)
    expectFailure(run, "belongs to another user", "as that user or as root")
  }

  @Test func `a region is of another version`() throws {
    let scratch = try Scratch()
    let file = scratch.file("region")
    let target = try Target(scenario: "native", environment: ["ASYNCTOP_REGION": file])
    #expect(try Command("ps", file).status == 0)
    target.child.send(SIGKILL)
    try target.child.wait()
    let left = try Command("attach", file)
    #expect(left.status == 0)
    #expect(left.output.contains("ended after"), "\(left.output)")
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: file))
    try handle.seek(toOffset: 8)
    try handle.write(contentsOf: [99, 0, 0, 0])
    try handle.close()
    for command in ["ps", "attach", "doctor"] {
      expectFailure(try Command(command, file), "version 99", "the asynctop that belongs to")
    }
  }

  @Test func `a file is no recording and no region`() throws {
    let scratch = try Scratch()
    let file = try scratch.write("text", Data("Dear diary, today I saw a task.".utf8))
    expectFailure(try Command("play", file), "is not a recording of asynctop")
    expectFailure(try Command("ps", file), "is not a recording of asynctop")
    expectFailure(try Command("play", scratch.file("none")), "No such file")
    expectFailure(try Command("ps", scratch.file("none")), "there is no")
    expectFailure(try Command("play", "-"), "ends before it says what was recorded")
    expectFailure(try Command("themes", "--check", scratch.file("none")), "can't be read")
  }

  @Test(arguments: [
    ["ps"], ["ps", "1", "--sort", "bogus"], ["ps", "1", "--at", "soon"], ["ps", "1", "--bogus"],
    ["record", "1"], ["record", "1", "-o", "x", "--max-size", "0"], ["play"], ["demo", "bogus"],
    ["record", "1", "-o", "x", "--duration", "-1"], ["play", "x", "--speed", "0"],
    ["play", "x", "--speed", "nan"], ["demo", "--color", "bogus"], ["themes", "--color", "bogus"],
    ["timers", "1", "--sort", "busy"], ["--bogus"], ["--generate-completion-script", "bogus"],
  ])
  func `asynctop is used wrongly`(arguments: [String]) throws {
    let run = try Command(shell: "$A \"$@\"", arguments)
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains("Usage: asynctop"))
  }

  @Test(arguments: ["ps", "attach", "play", "demo", "doctor", "themes", "tree"])
  func `an argument is repeated without what a terminal would obey`(command: String) throws {
    for name in ["\u{1B}]0;owned\u{07}", "a/\u{1B}[2J", "line\nbreak\r", "\u{9B}31m\u{202E}"] {
      let run = try Command(command, name)
      #expect(run.status == 1 || run.status == 2)
      let unsafe = (run.output + run.errors).unicodeScalars.filter {
        $0 != "\n" && ($0.properties.generalCategory == .control || $0 == "\u{202E}")
      }
      #expect(unsafe.isEmpty, "\(run.errors.debugDescription)")
    }
  }
}
