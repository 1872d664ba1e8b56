import Foundation
import TestFixtures
import Testing

/// `tree --waits` against a program in which a task is suspended in each wait there is.
@Suite struct `What every suspended task waits for` {
  typealias Entity = Listing.Entity

  let target: Target
  let nodes: [Entity]

  init() throws {
    target = try Target([Fixture.path(of: "RuntimeFixture").path, "waits"])
    try target.wait(for: "ready")
    nodes = try #require(
      try Command("tree", target.id, "--waits", "--json").listing().nodes)
  }

  func task(_ name: String) throws -> Entity {
    try #require(nodes.first { $0.name == name && $0.type == "task" }, "\(name)")
  }

  /// Where the fixture's source says that it waits.
  func line(_ mark: String) throws -> Int {
    try Repository.line(
      of: "  // \(mark)", in: "RuntimeFixture/Waits.swift", of: "Tests/Fixtures")
  }

  /// Expects kind, resource, name and place of a task's wait, and since when it is.
  func expect(
    _ name: String, _ kind: String, _ resource: String? = nil, called: String? = nil,
    at mark: String? = nil
  ) throws {
    let task = try task(name)
    let wait = try #require(task.waits_for, "\(task)")
    #expect(wait.kind == kind, "\(task)")
    #expect(wait.resource == resource, "\(task)")
    if let called { #expect(wait.name == called, "\(task)") }
    #expect(wait.site?.file.hasSuffix("RuntimeFixture/Waits.swift") == true, "\(task)")
    #expect(wait.site?.line == (try line(mark ?? name)), "\(task)")
    let (since, age) = (try #require(task.since_ns), try #require(task.age_ns))
    #expect(since > 0 && since <= age, "\(task)")
  }

  @Test func `is said of sleeps, timeouts, tasks and futures`() throws {
    try expect("sleep", "timer")
    try expect("context", "timer")
    try expect("from a thread", "timer")
    for name in ["timeout", "future", "plain future"] { try expect(name, "future") }
    let long = try task("sleep").id
    for name in ["task value", "plain value", "wait for", "shield"] {
      try expect(name, "task")
      #expect(try task(name).waits_for?.id == long)
    }
    try expect("group", "group")
    let timers = try #require(try target.listing("timers").timers).map { $0.kind }
    #expect(timers.filter { $0 == "timeout" }.count == 3)
  }

  @Test func `is said of several, and which of them are left`() throws {
    try expectSeveral("gather", "all of", of: ["gathered 1", "gathered 2"])
    try expectSeveral("selection", "any of", called: "wait", of: ["waited 1", "waited 2"])
    try expectSeveral(
      "as completed", "any of", called: "asCompleted", of: ["completed 1", "completed 2"])
  }

  func expectSeveral(
    _ name: String, _ kind: String, called: String? = nil, of names: [String]
  ) throws {
    try expect(name, "resource", kind, called: called ?? name)
    let wait = try #require(try task(name).waits_for)
    #expect(wait.pending == names.count)
    #expect(wait.members == (try names.map { try task($0).id }))
    // The task, what it waits for, and the first of those.
    let blocker = try #require(try task(name).blocker)
    #expect(nodes[blocker].kind == kind)
    #expect(nodes[blocker].name == called ?? name)
    #expect(nodes[try #require(nodes[blocker].blocker)].name == names[0])
    let lines = try Command("tree", target.id, "--waits").lines
    let text = lines.first { line in
      line.contains("\(called ?? name)  ") && names.allSatisfy { line.contains("“\($0)”") }
    }
    #expect(text != nil, "\(lines)")
  }

  @Test func `is said of what synchronises, with the place in line and the holder`() throws {
    let holder = try task("holder").id
    for (place, word) in [(1, "first"), (2, "second")] {
      for (kind, name) in [("lock", "door"), ("semaphore", "slots"), ("condition", "stock")] {
        try expect("\(word) at \(kind)", "resource", kind, called: name, at: kind)
        #expect(try task("\(word) at \(kind)").waits_for?.place == place)
      }
      try expect("\(word) at barrier", "resource", "barrier", called: "start", at: "barrier")
      let wait = try #require(try task("\(word) at lock").waits_for)
      #expect(wait.holder == holder && (wait.held_ns ?? 0) > 0)
    }
    try expect("bounded semaphore", "resource", "semaphore", called: "seat")
    #expect(try task("bounded semaphore").waits_for?.holder == holder)
    try expect("event", "resource", "event", called: "signal")
  }

  @Test func `is said of queues`() throws {
    try expect("get", "resource", "queue", called: "empty")
    try expect("put", "resource", "queue", called: "full")
    try expect("join", "resource", "queue", called: "full")
    try expect("priority queue", "resource", "queue", called: "least")
    try expect("LIFO queue", "resource", "queue", called: "stack")
    try expect("iteration", "resource", "queue", called: "feed")
    for name in ["get", "priority queue", "LIFO queue", "iteration"] {
      #expect(try task(name).waits_for?.place == 1)
    }
  }

  @Test func `is said of work on other threads`() throws {
    try expect("to thread", "resource", "thread", called: "executor")
    try expect("in executor", "resource", "thread", called: "crew")
    try expect("wrapped future", "future")
  }

  @Test func `is a circle also where it goes through a gather`() throws {
    try expect("left", "resource", "all of", called: "gather")
    try expect("right", "task")
    #expect(try task("left").deadlocked == true)
    #expect(try task("right").deadlocked == true)
    #expect(nodes.filter { $0.deadlocked == true }.count == 2)
  }

  @Test func `is in a recording as well`() throws {
    let scratch = try Scratch()
    let file = scratch.file("waits.asyncrec")
    let recorder = try Command("record", target.id, "-o", file, "--duration", "100ms")
    #expect(recorder.status == 0, "\(recorder.errors)")
    let recorded = try #require(try Command("tree", file, "--waits", "--json").listing().nodes)
    #expect(recorded.map(\.id) == nodes.map(\.id))
    for (then, now) in zip(recorded, nodes) {
      #expect(then.waits_for?.members == now.waits_for?.members)
      #expect(then.waits_for?.site?.line == now.waits_for?.site?.line)
      #expect(then.waits_for?.place == now.waits_for?.place)
      #expect(then.deadlocked == now.deadlocked)
    }
  }

  @Test func `stands in the text of each task`() throws {
    let lines = try Command("tree", target.id, "--waits").lines
    for node in nodes where node.type == "task" {
      let line = try #require(lines.first { $0.contains("[\(node.id)]") }, "\(node)")
      guard let site = node.waits_for?.site else { continue }
      #expect(line.contains("\(site.file.split(separator: "/").last ?? "?"):\(site.line)"))
    }
  }
}
