import Foundation
import TestFixtures
import Testing

/// Namespaces of processes, mounts and clocks, as containers have them.
@Suite(Container.allowed) struct `Containers` {
  static let clocks: [(monotonic: Int, boot: Int)?] = [nil, (50_000, 70_000), (-1, -1)]

  private func start(_ clocks: (monotonic: Int, boot: Int)?) throws -> (Container, id: String) {
    let container = try Container(
      "exec \"$1\" scenario native", Command.path, clocks: clocks, environment: ["ASYNCTOP": ""])
    let id = "\(try container.process(named: "asynctop"))"
    try Waiting.answer("it has no tasks") {
      try Command("ps", id, "--filter", "packer 4").lines.count > 1 ? true : nil
    }
    return (container, id)
  }

  /// Expects times that are possible for a program that has just been started.
  private func expectPlausible(_ run: Command, timers: Command, id: String) throws {
    #expect(run.status == 0, "\(run.errors)")
    let listing = try run.listing()
    #expect("\(listing.process.pid)" == id)
    #expect(listing.process.running)
    let tasks = try #require(listing.tasks)
    #expect(tasks.count > 5)
    let limit: UInt64 = 1_000_000_000_000
    for task in tasks {
      #expect((task.age_ns ?? 0) < limit && (task.since_ns ?? 0) < limit)
    }
    #expect(abs(Double(listing.time) / 1e9 - Date().timeIntervalSince1970) < 1000)
    let pending = try #require(try timers.listing().timers)
    #expect(!pending.isEmpty)
    for timer in pending {
      #expect((-5_000_000_000...1_000_000_000_000).contains(timer.remaining_ns ?? .min))
    }
  }

  @Test(arguments: clocks.indices)
  func `are seen from the host, with their times`(index: Int) throws {
    let (container, id) = try start(Self.clocks[index])
    try expectPlausible(
      try Command("ps", id, "--json"), timers: try Command("timers", id, "--json"), id: id)
    #expect(try Command("doctor").output.contains("\(id)  asynctop  all is seen"))
    #expect(try Command("doctor", id).output.contains("running: yes"))
    withExtendedLifetime(container) {}
  }

  @Test(arguments: clocks.indices)
  func `are recorded from the host, with their times, until they end`(index: Int) throws {
    let scratch = try Scratch()
    let (container, id) = try start(Self.clocks[index])
    let file = scratch.file("s.asyncrec")
    let recorder = try Child([Command.path, "record", id, "-o", file])
    try Waiting.answer("nothing is recorded") {
      (scratch.text("s.asyncrec") ?? "").utf8.count > 20_000 ? 1 : nil
    }
    container.launcher.send(SIGKILL)
    #expect(try recorder.wait() == 0)
    #expect(recorder.errors.contains("the process has ended"), "\(recorder.errors)")
    let run = try Command("ps", file, "--json", "--at", "0.2s")
    #expect(run.errors.isEmpty)
    let listing = try run.listing()
    #expect(try #require(listing.tasks).count > 5)
    for task in try #require(listing.tasks) { #expect((task.age_ns ?? 0) < 1_000_000_000_000) }
    let timers = try #require(
      try Command("timers", file, "--json", "--at", "0.2s").listing().timers)
    for timer in timers {
      #expect((-5_000_000_000...1_000_000_000_000).contains(timer.remaining_ns ?? .min))
    }
    #expect(try !Command("ps", file, "--json").listing().process.running)
  }

  @Test(arguments: clocks.indices.dropFirst())
  func `see the host's, where that is allowed, though they have other clocks`(index: Int) throws {
    let target = try Target(scenario: "native")
    let clocks = try #require(Self.clocks[index])
    let line = "unshare --time --monotonic \(clocks.monotonic) --boottime \(clocks.boot) --fork"
    try expectPlausible(
      try Command(shell: "\(line) $A ps $1 --json", target.id),
      timers: try Command(shell: "\(line) $A timers $1 --json", target.id), id: target.id)
  }

  @Test(arguments: ["exec \"$1\" demo native", "\"$1\" demo native; exit $?"])
  func `have a demo inside, also as process 1`(line: String) throws {
    let container = try Container(line, Command.path, environment: ["ASYNCTOP": ""])
    #expect(try container.launcher.wait() == 0, "\(container.launcher.errors)")
    #expect(container.launcher.output.contains("packer 4"))
  }

  @Test func `have a demo where /proc is that of the host`() throws {
    let run = try Command(shell: "unshare --pid --fork --kill-child $A demo native")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("packer 4"))
  }

  @Test func `have processes that see each other inside`() throws {
    let container = try Container(
      "\"$1\" scenario native & until \"$1\" ps $! --filter 'packer 4' | grep -q waiting; do :;"
        + " done; \"$1\" ps asynctop --json",
      Command.path, clocks: (50_000, 70_000), environment: ["ASYNCTOP": ""])
    #expect(try container.launcher.wait() == 0, "\(container.launcher.errors)")
    let listing = try JSONDecoder().decode(Listing.self, from: Data(container.launcher.output.utf8))
    #expect(listing.process.running)
    #expect(listing.tasks?.contains { $0.name == "packer 4" } == true)
  }

  @Test func `leave a region that is seen to live from the host, and to end`() throws {
    let scratch = try Scratch()
    let region = scratch.file("region")
    let container = try Container(
      "exec \"$1\" scenario native", Command.path, clocks: (50_000, 70_000),
      environment: ["ASYNCTOP": "", "ASYNCTOP_REGION": region])
    try Waiting.answer("it has no tasks") {
      try Command("ps", region, "--filter", "packer 4").lines.count > 1 ? true : nil
    }
    let live = try Command("ps", region, "--json").listing()
    #expect(live.process.running)
    container.launcher.send(SIGKILL)
    try container.launcher.wait()
    try Waiting.answer("it is still said to live") {
      try Command("ps", region, "--json").listing().process.running ? nil : true
    }
  }
}
