import Foundation
import AsyncTopBus
import TestFixtures
import Testing

/// How it is seen that a process has come to its end, and that it has not.
@Suite struct `The end of a process` {
  private static let program = Fixture.path(of: "ProbeFixture").path

  /// A program that waits until its standard input ends, and what it is seen as.
  private final class Waiter {
    let process = Process()
    let input = Pipe()

    init(_ words: String...) throws {
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = words
      let output = Pipe()
      process.standardInput = input
      process.standardOutput = output
      try process.run()
      // It says when its tasks wait.
      let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
      try #require(line == "ready\n")
    }

    deinit {
      // Foundation hands the thread's blocked signals down; this one can't be blocked.
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }

  private func ending(of session: LiveSession) throws -> SessionEnding {
    try Waiting.answer("it goes on") { session.ending }
  }

  @Test func `as this program, when it executes another one`() throws {
    let waiter = try Waiter("become", "/bin/sleep", "1000")
    let session = try LiveSession(target: "\(waiter.process.processIdentifier)")
    #expect(session.ending == nil)
    #expect(session.snapshot().process.isRunning)
    try waiter.input.fileHandleForWriting.close()
    #expect(try ending(of: session) == .replaced(by: "sleep"))
    let after = session.snapshot()
    #expect(!after.process.isRunning)
    #expect(after.process.ending == .replaced(by: "sleep"))
    #expect(after.tasks.contains { after.name(of: $0) == "sleeper" })
  }

  @Test func `as this program, when it executes itself again, which is another session`() throws {
    let waiter = try Waiter("become", Self.program, "linger")
    let id = waiter.process.processIdentifier
    let session = try LiveSession(target: "\(id)")
    try waiter.input.fileHandleForWriting.close()
    #expect(try ending(of: session) == .replaced(by: "ProbeFixture"))
    let next = try Waiting.answer("it is not monitored again") {
      try? LiveSession(target: "\(id)")
    }
    #expect(next.ending == nil)
    let tasks = next.snapshot()
    #expect(!tasks.tasks.contains { tasks.name(of: $0) == "sleeper" })
    #expect(session.ending == .replaced(by: "ProbeFixture"))
  }

  @Test func `has come when it was killed, though its parent has not asked how`() throws {
    let child = try Child([Self.program, "linger"])
    let session = try Waiting.answer("it is not monitored") {
      try? LiveSession(target: "\(child.id)")
    }
    #expect(session.ending == nil)
    child.send(SIGKILL)
    #expect(try ending(of: session) == .exited)
    #expect(FileManager.default.fileExists(atPath: "/proc/\(child.id)"))
    try child.wait()
    #expect(session.ending == .exited)
  }

  @Test func `has not come when it closes all descriptors that it does not know`() throws {
    let waiter = try Waiter("close")
    let id = waiter.process.processIdentifier
    let session = try LiveSession(target: "\(id)")
    try waiter.input.fileHandleForWriting.close()
    try Waiting.answer("it has its region open") {
      (try? MonitoredProcess(id: id)) == nil ? true : nil
    }
    #expect(session.ending == nil)
    #expect(session.snapshot().process.isRunning)
    kill(id, SIGKILL)
    #expect(try ending(of: session) == .exited)
  }

  @Test(Container.allowed, arguments: [nil, (50_000, 70_000), (-1, -1)] as [(Int, Int)?])
  func `is seen from outside of its container, and no sooner`(clocks: (Int, Int)?) throws {
    let container = try Container(
      "exec \"$1\" linger", Self.program, clocks: clocks.map { ($0.0, $0.1) })
    let id = try container.process(named: "ProbeFixture")
    let session = try Waiting.answer("it is not monitored") { try? LiveSession(target: "\(id)") }
    let snapshot = session.snapshot()
    #expect(snapshot.process.isRunning)
    #expect(snapshot.process.id == id)
    // The probe started a moment ago by both clocks.
    let sinceStart = snapshot.clock.duration(snapshot.now &- snapshot.clock.start.ticks)
    #expect(sinceStart < .seconds(1000))
    let now = snapshot.clock.monotonic(snapshot.now)
    #expect(now &- snapshot.clock.start.nanoseconds < 1_000_000_000_000)
    container.launcher.send(SIGKILL)
    #expect(try ending(of: session) == .exited)
  }
}
