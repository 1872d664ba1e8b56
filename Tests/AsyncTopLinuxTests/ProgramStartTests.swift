import AsyncTopLinux
import Foundation
import Glibc
import TestFixtures
import Testing

@Suite struct `A program that is started` {
  /// Starts a program and waits for its end.
  private func run(_ start: ProgramStart) throws -> ProcessEnd {
    let process = try start.start()
    return try Waiting.answer("it does not end") { try process.reap() }
  }

  /// What a program writes to its standard output.
  private func output(_ start: ProgramStart) throws -> String {
    var start = start
    let file = try FileDescriptor.memory(holding: [])
    start.streams.output = file.number
    #expect(try run(start) == .exited(0))
    return String(decoding: try FileDescriptor.read(file.number, count: 4096, at: 0), as: UTF8.self)
  }

  @Test func `ends with a code or by a signal, told once`() throws {
    #expect(try run(ProgramStart("/bin/sh", ["-c", "exit 7"])) == .exited(7))
    #expect(try run(ProgramStart("/bin/sh", ["-c", "kill -9 $$"])) == .killed(SIGKILL))
    let process = try ProgramStart("/bin/sleep", ["1000"]).start()
    #expect(try process.reap() == nil)
    try process.send(SIGTERM)
    #expect(Program.waitReadable(process.number, milliseconds: 60_000))
    #expect(try process.reap() == .killed(SIGTERM))
    #expect(throws: Errno.noChild) { try process.reap() }
    #expect(throws: Errno.noSuchProcess) { try process.send(SIGTERM) }
  }

  @Test func `takes no signal that is none`() throws {
    let process = try ProgramStart("/bin/sleep", ["1000"]).start()
    #expect(throws: Errno.invalidArgument) { try process.send(1_000) }
    try process.send(SIGKILL)
    #expect(Program.waitReadable(process.number, milliseconds: 60_000))
    #expect(try process.reap() == .killed(SIGKILL))
  }

  @Test func `that can't be says which step failed, and why`() throws {
    func failure(_ start: ProgramStart) -> ProgramStartError? {
      #expect(throws: ProgramStartError.self) { _ = try start.start() }
    }
    let missing = failure(ProgramStart("/nonexistent/program"))
    #expect(missing?.step == .execute && missing?.reason == .noSuchFile)
    let folder = failure(ProgramStart("/tmp"))
    #expect(folder?.step == .execute && folder?.reason == .accessDenied)
    var elsewhere = ProgramStart("/bin/true")
    elsewhere.directory = "/nonexistent"
    let directory = failure(elsewhere)
    #expect(directory?.step == .directory && directory?.reason == .noSuchFile)
    var closed = ProgramStart("/bin/true")
    closed.streams.output = 1 << 24
    let descriptors = failure(closed)
    #expect(descriptors?.step == .descriptors && descriptors?.reason == .badDescriptor)
    #expect(failure(ProgramStart("/bin/echo", ["a\0b"]))?.step == .words)
    for name in ["", "A=B"] {
      var wrong = ProgramStart("/bin/true")
      wrong.environment = [name: "1"]
      #expect(failure(wrong)?.step == .words)
    }
  }

  @Test func `is found in the folders of its own PATH`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("tool", Data("#!/bin/sh\necho found $WORD\n".utf8))
    #expect(unsafe chmod(path, 0o755) == 0)
    var start = ProgramStart("tool")
    start.environment = ["PATH": "/nonexistent:\(scratch.path)", "WORD": "it"]
    #expect(try output(start) == "found it\n")
    start.environment = ["PATH": "/nonexistent"]
    #expect(throws: ProgramStartError.self) { _ = try start.start() }
  }

  @Test func `has the directory and the group that it was given, and no other descriptors`() throws
  {
    let scratch = try Scratch()
    var start = ProgramStart("/bin/sh", ["-c", "pwd -P; ls /proc/self/fd | wc -l"])
    start.directory = scratch.path
    start.group = 0
    let before = try FileDescriptor.null()
    let kept = try FileDescriptor.null()
    start.kept = [kept.number]
    let lines = try output(start).split(separator: "\n")
    let folder = URL(fileURLWithPath: scratch.path).resolvingSymlinksInPath().path
    #expect(lines.first.map { String($0) } == folder)
    // Its standard streams, the kept one, and that of ls itself.
    #expect(lines.last?.drop { $0 == " " } == "5")
    #expect(before.number > 2)
  }

  @Test func `begins with no signal blocked`() throws {
    var all = sigset_t()
    var former = sigset_t()
    unsafe sigemptyset(&all)
    unsafe sigaddset(&all, SIGUSR1)
    unsafe pthread_sigmask(SIG_BLOCK, &all, &former)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &former, nil) }
    let text = try output(ProgramStart("/bin/sh", ["-c", "grep SigBlk /proc/self/status"]))
    #expect(text.split(separator: "\t").last == "0000000000000000\n")
  }
}
