import Foundation
import TestFixtures
import Testing

/// What asynctop sees of a program that has nothing of ours, against what that does.
@Suite struct `A program without a probe` {
  typealias Entity = Listing.Entity

  static let source = "ScanFixture/ScanFixture.swift"

  /// The program, once all its tasks are where they stay.
  func start() throws -> Target {
    let target = try Target([Fixture.path(of: "ScanFixture").path])
    try Waiting.answer("it is not ready: \(target.child.errors)") {
      target.child.output.hasPrefix("ready") ? true : nil
    }
    return target
  }

  func line(_ text: String) throws -> Int {
    try Repository.line(of: text, in: Self.source, of: "Tests/Fixtures")
  }

  @Test func `is scanned: its tasks, what they do, and nothing else`() throws {
    let target = try start()
    let listing = try target.listing()
    #expect(listing.process.scanned)
    #expect(listing.process.pid == target.child.id)
    #expect(listing.lost.values.allSatisfy { $0 == 0 })
    let tasks = try #require(listing.tasks)
    let names = [
      "awaited", "awaits task", "stopped", "sleeper", "holder", "groups", "lets", "queued",
      "outer 1", "outer 2", "outer 3", "inner 1", "inner 2",
      "a name of more than forty-seven bytes, which…",
    ]
    #expect(tasks.compactMap(\.name).filter { !$0.isEmpty }.sorted() == names.sorted())
    #expect(tasks.count == names.count + 3)
    #expect(tasks.count { $0.relation == "async let" } == 2)
    for task in tasks {
      let state = ["holder": "running", "queued": "scheduled"][task.name ?? ""] ?? "waiting"
      #expect(task.state == state, "\(task)")
      #expect(task.cancelled == (task.name == "stopped"), "\(task)")
    }
  }

  @Test func `leaves open what can't be known`() throws {
    for task in try #require(try start().listing().tasks) {
      #expect(task.age_ns == nil && task.busy_ns == nil && task.since_ns == nil, "\(task)")
      #expect(task.polls == nil, "\(task)")
      #expect(task.site == nil, "\(task)")
    }
  }

  @Test func `has its groups apart, with their own children`() throws {
    let nodes = try #require(try start().listing("tree").nodes)
    let owner = try #require(nodes.firstIndex { $0.name == "groups" })
    let groups = nodes.indices.filter { nodes[$0].type == "group" }
    #expect(groups.count == 2)
    for group in groups {
      #expect(nodes[group].owner == owner)
      let children = nodes.filter { $0.owner == group }
      let kind = children.first?.name?.prefix(5) ?? ""
      #expect(children.map(\.name) == (1...children.count).map { "\(kind) \($0)" })
      #expect(children.count == (kind == "outer" ? 3 : 2))
      #expect(nodes[group].running == children.count)
      #expect(children.allSatisfy { $0.relation == "child" && $0.parent == nodes[owner].id })
    }
    let lets = try #require(nodes.firstIndex { $0.name == "lets" })
    #expect(nodes.count { $0.owner == lets && $0.relation == "async let" } == 2)
  }

  @Test func `says what its tasks wait for, and where they go on`() throws {
    let listing = try start().listing()
    let tasks = listing.named
    func wait(_ name: String) throws -> Listing.Wait { try #require(tasks[name]?.waits_for) }

    let awaited = try #require(tasks["awaited"])
    #expect(try wait("awaits task").kind == "task")
    #expect(try wait("awaits task").id == awaited.id)
    #expect(try wait("awaited").kind == "continuation")
    #expect(try wait("groups").kind == "group")
    #expect(try wait("groups").text == "group, 2 running")
    #expect(try wait("lets").kind == "task")
    let lets = try #require(listing.tasks).filter { $0.relation == "async let" }
    #expect(lets.contains { $0.id == (try? wait("lets").id) })
    #expect(lets.allSatisfy { $0.parent == tasks["lets"]?.id })
    #expect(try wait("queued").text == "actor Vault")
    #expect(tasks["holder"]?.waits_for == nil)
    #expect(tasks["sleeper"]?.at?.line == (try line("Task(name: \"sleeper\")")))
    #expect(tasks["lets"]?.at?.line == (try line("_ = await left + right")))
    for name in ["awaited", "stopped", "outer 1", "inner 2"] {
      #expect(tasks[name]?.at?.function == "never()")
    }
  }

  @Test func `is found by its name, and goes on undisturbed`() throws {
    let target = try start()
    let command = try Command("tree", "ScanFixture", "--waits")
    guard command.status == 0 else {
      // Another test's.
      #expect(command.errors.contains("processes are named ScanFixture"))
      return
    }
    #expect(command.output.contains("awaits task"))
    #expect(!target.child.hasEnded)
  }

  @Test func `is described by doctor`() throws {
    let target = try start()
    let command = try Command("doctor", target.id)
    #expect(command.status == 0)
    for text in ["probe: none", "libswift_Concurrency.so", "tasks 17, groups 2", "not seen:"] {
      #expect(command.output.contains(text), "\(command.output)")
    }
    #expect(!command.output.contains("nothing is missing"))
  }

  @Test func `can't be recorded, and asynctop says what can be done`() throws {
    let target = try start()
    let command = try Command("record", target.id, "-o", "/dev/null")
    #expect(command.status == 1)
    #expect(command.errors.contains("ps, tree and attach"))
  }

  @Test func `is watched live`() throws {
    let target = try start()
    let window = try Window("attach \(target.id)")
    for text in [#/SCAN/#, #/no probe/#, #/awaits task/#] { try window.tmux.wait(for: text) }
  }
}
