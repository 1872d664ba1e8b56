import Foundation
import AsyncTopBus
import TestFixtures
import Testing

@Suite struct `Attaching` {
  /// A program whose tasks all wait, until the pipe to it is closed.
  private static func startWaiting() throws -> (Process, Pipe) {
    let process = Process()
    process.executableURL = Fixture.path(of: "ProbeFixture")
    process.arguments = ["wait"]
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    // It says when its tasks wait.
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    try #require(line == "ready\n")
    return (process, input)
  }

  @Test func `a process is found by its id and by its name and read while it runs`() throws {
    let (process, input) = try Self.startWaiting()
    defer {
      try? input.fileHandleForWriting.close()
      process.waitUntilExit()
    }
    let session = try LiveSession(target: String(process.processIdentifier))
    let snapshot = session.snapshot()
    #expect(snapshot.process.isRunning)
    #expect(snapshot.process.id == process.processIdentifier)
    let names = Set(snapshot.tasks.map { snapshot.name(of: $0) })
    #expect(names.isSuperset(of: ["sleeper", "awaiter", "owner", "child 0", "letter", "queuer"]))
    #expect(MonitoredProcess.all().contains { $0.id == process.processIdentifier })

    let sleeper = try #require(snapshot.tasks.first { snapshot.name(of: $0) == "sleeper" })
    guard case .timer(let id) = sleeper.waitsFor else {
      Issue.record("the sleeper waits for \(sleeper.waitsFor)")
      return
    }
    let timer = try #require(snapshot.timers.first { $0.id == id })
    let left = Double(timer.deadline - snapshot.clock.monotonic(snapshot.now)) / 1e9
    #expect((900...1000).contains(left), "it sleeps for 1000 s")
  }

  @Test func `a process that ends while it is looked at is seen to have ended`() throws {
    let (process, input) = try Self.startWaiting()
    defer { try? input.fileHandleForWriting.close() }
    let session = try LiveSession(target: String(process.processIdentifier))
    #expect(session.snapshot().process.isRunning)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let after = session.snapshot()
    #expect(!after.process.isRunning)
    #expect(after.tasks.contains { after.name(of: $0) == "sleeper" })
  }

  @Test(arguments: [
    ("999999999", RegionError.Code.noSuchProcess), ("no-such-name", .noSuchProcess),
    ("/no/such/file", .noRegion), ("1", .notMonitored),
  ])
  func `a target that can't be read says why`(target: String, code: RegionError.Code) throws {
    let error = try #require(throws: RegionError.self) { try LiveSession(target: target) }
    // Process 1 may be another user's where the tests do not run as root.
    #expect(error.code == code || (target == "1" && error.code == .notPermitted))
    #expect(error.message.count > 15)
  }
}
