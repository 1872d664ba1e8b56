import Foundation
import TestFixtures
import Testing

/// The places of a program's tasks against its source.
@Suite struct `The places where tasks wait` {
  /// The line of the comment that names a place.
  private func line(_ name: String) throws -> Int {
    try Repository.line(
      of: "// at: \(name)", in: "PlacesFixture/PlacesFixture.swift", of: "Tests/Fixtures")
  }

  private func start() throws -> Target {
    let target = try Target([Fixture.path(of: "PlacesFixture").path])
    try target.wait(for: "alpha")
    try target.wait(for: "unnamed")
    return target
  }

  private func expect(_ tasks: [Listing.Entity], _ comment: Comment) throws {
    func task(_ name: String) throws -> Listing.Entity {
      try #require(tasks.first { $0.called == name }, "\(name) \(comment)")
    }
    for (name, function, place, wait) in [
      ("stream", "PlacesFixture.sum(_:of:)", "sum", "stream"),
      ("failing", "PlacesFixture.sum(_:of:)", "sum", "stream"),
      ("leak", "leak()", "leak", "continuation"), ("sleep", "sleep()", "sleep", "timer"),
      ("letters", "letters()", "letters", "task"), ("alpha(_:)", "alpha(_:)", "alpha", "timer"),
    ] {
      let task = try task(name)
      #expect(task.at?.function == function, comment)
      #expect(task.at?.file.hasSuffix("/PlacesFixture.swift") == true, comment)
      #expect(try task.at?.line == line(place), "\(name) \(comment)")
      #expect(task.at?.code == "user", comment)
      #expect(task.waits_for?.kind == wait, "\(name) \(comment)")
    }
    #expect(try task("main").at?.function.hasSuffix("static PlacesFixture.main()") == true)
    let unnamed = try #require(tasks.first { $0.at?.function == "unnamed()" }, comment)
    #expect(unnamed.called?.hasSuffix("main()") == true, "\(unnamed.called ?? "") \(comment)")
    #expect(try unnamed.at?.line == line("unnamed"), comment)
  }

  @Test func `are lines of its source, also in a recording`() throws {
    let target = try start()
    try expect(try #require(target.listing().tasks), "live")
    let scratch = try Scratch()
    let file = scratch.file("places.asyncrec")
    let recorded = try Command("record", target.id, "-o", file, "--duration", "1s")
    #expect(recorded.status == 0, "\(recorded.errors)")
    try expect(try #require(Command("ps", file, "--json").listing().tasks), "recorded")
  }

  @Test func `are found by a filter, by file and function`() throws {
    let target = try start()
    #expect(try Command("ps", target.id, "--filter", "sum(_:of:)").lines.count == 3)
    #expect(try Command("ps", target.id, "--filter", "placesfixture.swift").lines.count > 7)
    #expect(try Command("tree", target.id, "--filter", "leak()").output.contains("at Places"))
  }

  @Test func `are told with who is there before them`() throws {
    let target = try Target([Fixture.path(of: "PlacesFixture").path, "hold"])
    try target.wait(for: "thread")
    let listing = try target.listing()
    let tasks = listing.named
    let (holder, keeper) = (tasks["on the actor"], tasks["keeper 2"])
    #expect(holder?.state == "running" && keeper?.state == "running")
    for name in ["first", "second"] {
      let wait = try #require(tasks[name]?.waits_for)
      #expect(wait.kind == "executor" && wait.text.hasPrefix("actor Vault held by task "))
      #expect(wait.holder == holder?.id)
    }
    #expect(tasks["starved"]?.waits_for?.kind == "thread")
    let text = try Command("tree", target.id, "--waits").output
    #expect(text.contains("─ actor Vault  held for "))
    #expect(text.contains("thread  1 waits, threads held by task "))
    #expect(text.contains("“keeper 2” (low) for "))
  }

  @Test func `are a library's where the user says so`() throws {
    let target = try start()
    let listing = try Command(
      "ps", target.id, "--json", environment: ["ASYNCTOP_LIBRARIES": "Fixtures/PlacesFixture/"]
    ).listing()
    #expect(listing.tasks?.allSatisfy { $0.at?.code == "dependency" } == true)
  }
}
