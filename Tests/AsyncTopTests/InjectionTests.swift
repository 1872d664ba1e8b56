import Foundation
import TestFixtures
import Testing

/// The probe in programs that were started without one.
@Suite struct `A probe that is put in` {
  private let plain = Fixture.path(of: "PlainFixture").path

  /// A program whose main task sleeps for a tenth of a second at a time.
  private func start() throws -> Target {
    let target = try Target([plain, "chatter"])
    try Waiting.answer("it writes nothing") { target.child.output.contains("line") ? true : nil }
    return target
  }

  private func memoryFiles(of target: Target) throws -> [String] {
    let folder = "/proc/\(target.id)/fd"
    return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
    }.filter { $0.hasPrefix("/memfd:") }
  }

  /// Waits for two more lines: it goes on as before.
  private func expectGoesOn(_ target: Target) throws {
    let before = target.child.output.count
    try Waiting.answer("it writes nothing any more: \(target.child.errors)") {
      target.child.output.count > before + 20 ? true : nil
    }
  }

  // The loader has little room for variables of threads, which five copies would use up.
  @Test func `sees polls and timers, is taken out at the end, and can come again`() throws {
    let target = try start()
    for _ in 0..<5 {
      let command = try Command("attach", target.id, "--inject")
      #expect(command.status == 0, "\(command.errors)")
      let polls = try #require(command.output.firstMatch(of: #/(\d+)/s polls/#))
      #expect(try #require(Int(polls.1)) > 2, "\(command.output)")
      #expect(command.output.contains(#/waiting for timer (in|due) /#), "\(command.output)")
      #expect(command.errors.contains("one thread of which stands still for a moment"))
      #expect(try memoryFiles(of: target) == [])
      #expect(try target.listing().process.scanned)
      try expectGoesOn(target)
    }
  }

  @Test func `is not put into a process that is stopped, which is said`() throws {
    let target = try start()
    kill(target.child.id, SIGSTOP)
    defer { kill(target.child.id, SIGCONT) }
    let command = try Command("attach", target.id, "--inject")
    #expect(command.status != 0)
    #expect(command.errors.contains("is stopped"), "\(command.errors)")
    #expect(command.errors.contains("kill -CONT \(target.id)"), "\(command.errors)")
  }

  @Test func `is joined with what a scan finds of the tasks from before it`() throws {
    let target = try Target([Fixture.path(of: "ScanFixture").path])
    let start = ContinuousClock.now
    // Only then the probe is one that came late.
    try Waiting.answer("it is not ready") {
      let isReady = target.child.output.contains("ready")
      return isReady && ContinuousClock.now - start > .milliseconds(1_500) ? true : nil
    }
    let watcher = try Child([Command.path, "attach", target.id, "--inject"])
    try Waiting.answer("it is not in: \(watcher.errors)") {
      try target.listing().process.scanned ? nil : true
    }
    kill(watcher.id, SIGKILL)
    _ = try watcher.wait()
    let tasks = try target.listing().named
    for (name, wait) in [
      ("awaited", "continuation"), ("awaits task", "task"), ("sleeper", "sleep"),
      ("groups", "group"), ("outer 2", "continuation"), ("queued", "executor"),
    ] {
      let task = try #require(tasks[name], "\(name)")
      #expect(task.waits_for?.kind == wait, "\(task)")
      #expect(task.polls == nil && task.age_ns == nil && task.since_ns == nil, "\(task)")
      #expect(task.at?.file.hasSuffix("/ScanFixture.swift") == true, "\(task)")
    }
    #expect(tasks["awaits task"]?.waits_for?.id == tasks["awaited"]?.id)
    #expect(tasks["holder"]?.state == "running")
    let tree = try Command("tree", target.id).output
    #expect(tree.contains("group  [") == false && tree.contains("outer 1  ["), "\(tree)")
    let doctor = try Command("doctor", target.id).output
    #expect(doctor.contains("tasks from before the probe began: "), "\(doctor)")
    #expect(!doctor.contains("nothing is missing"), "\(doctor)")
    #expect(try Command("attach", target.id, "--eject").status == 0)
  }

  @Test func `is taken out by another asynctop, if the one that put it in was killed`() throws {
    let target = try start()
    let watcher = try Child([Command.path, "attach", target.id, "--inject"])
    try Waiting.answer("it is not in: \(watcher.errors)") {
      try target.listing().process.scanned ? nil : true
    }
    kill(watcher.id, SIGKILL)
    _ = try watcher.wait()
    try expectGoesOn(target)
    #expect(try memoryFiles(of: target).count == 2)
    let command = try Command("attach", target.id, "--eject")
    #expect(command.status == 0 && command.errors == "", "\(command.errors)")
    #expect(try memoryFiles(of: target) == [])
    try expectGoesOn(target)
    #expect(try Command("attach", target.id, "--eject").errors.contains("there is no probe in it"))
  }

  @Test func `that was taken out by another is not taken for the end of the process`() throws {
    let target = try start()
    let watcher = try Window("attach \(target.id) --inject", columns: 120)
    try watcher.tmux.wait(for: #/^LIVE/#)
    #expect(try Command("attach", target.id, "--eject").status == 0)
    try watcher.tmux.wait(for: #/the probe was taken out; the process goes on/#)
    try expectGoesOn(target)
  }

  @Test func `is not taken out of a program that has it of its own`() throws {
    let target = try Target(scenario: "native")
    let command = try Command("attach", target.id, "--eject")
    #expect(command.status != 0)
    #expect(command.errors.contains("is part of process \(target.id)"), "\(command.errors)")
    #expect(try target.listing().process.scanned == false)
  }

  @Test func `is not put into what can't take it`() throws {
    let shell = try Target(["/bin/sleep", "60"])
    let command = try Command("attach", shell.id, "--inject")
    #expect(command.status != 0)
    #expect(command.errors.contains("it has no Swift concurrency runtime"), "\(command.errors)")
  }
}
