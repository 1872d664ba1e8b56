import Foundation
import TestFixtures
import Testing

@Suite struct `ps, tree and timers` {
  let target: Target

  init() throws {
    target = try Target(scenario: "native")
  }

  @Test func `the documented version is printed, and what is lost`() throws {
    for command in ["ps", "tree", "timers"] {
      let listing = try target.listing(command)
      #expect(listing.version == 1)
      #expect(listing.process.pid == target.child.id)
      #expect(listing.process.executable.hasSuffix("/asynctop"))
      #expect(listing.process.running)
      #expect(listing.lost.values.allSatisfy { $0 == 0 })
      let age = Date().timeIntervalSince1970 - Double(listing.time) / 1e9
      #expect((-1...10).contains(age), "\(age)")
    }
  }

  /// A program that stands still can be asked twice.
  func stopped<Answer>(_ ask: () throws -> Answer) rethrows -> Answer {
    target.child.send(SIGSTOP)
    defer { target.child.send(SIGCONT) }
    return try ask()
  }

  @Test func `JSON holds what the text holds`() throws {
    try stopped {
      let tasks = try #require(try target.listing().tasks)
      let text = try Command("ps", target.id).lines
      #expect(text.count == tasks.count + 1)
      for (task, line) in zip(tasks, text.dropFirst()) {
        #expect(line.contains(" \(task.id) "))
        #expect(line.hasPrefix(task.state ?? "?"))
        #expect(line.contains(" \(task.name ?? "?")"))
        if let site = task.site {
          let file = site.file.split(separator: "/").last ?? ""
          #expect(line.hasSuffix("\(file):\(site.line)"))
        }
      }
      let nodes = try #require(try target.listing("tree").nodes)
      let tree = try Command("tree", target.id).lines
      #expect(nodes.count == tree.count)
      for (node, line) in zip(nodes, tree) {
        #expect(line.contains(node.type == "group" ? "group" : "[\(node.id)]"))
        let indent = line.prefix { "│├└─ ".contains($0) }.count
        #expect(indent == 3 * (node.depth ?? -1))
      }
      let timers = try #require(try target.listing("timers").timers)
      let list = try Command("timers", target.id).lines
      #expect(list.count == timers.count + 1)
      for (timer, line) in zip(timers, list.dropFirst()) { #expect(line.hasSuffix("\(timer.id)")) }
    }
  }

  @Test func `the waits are printed as text and as JSON`() throws {
    try stopped {
      let nodes = try #require(try Command("tree", target.id, "--waits", "--json").listing().nodes)
      let lines = try Command("tree", target.id, "--waits").lines
      #expect(nodes.count == lines.count && !nodes.isEmpty)
      for (node, line) in zip(nodes, lines) where node.type == "task" {
        #expect(line.contains("[\(node.id)]"))
        #expect(node.depth == 0 || node.waits_for != nil)
      }
    }
  }

  @Test func `a filter leaves what has its text`() throws {
    let names = try Command("ps", target.id, "--filter", "packer", "--json").listing().named
    #expect(Set(names.keys) == ["packer 1", "packer 2", "packer 3", "packer 4"])
    #expect(try Command("ps", target.id, "--filter", "PACKER 3").lines.count == 2)
    #expect(try Command("ps", target.id, "--filter", "nothing like it").lines.count == 1)
    let tree = try Command("tree", target.id, "--filter", "packer 2")
    #expect(tree.lines.count == 5, "the owners of what is found stay: \(tree.output)")
  }

  @Test(arguments: ["busy", "polls", "age"])
  func `tasks are sorted, and turned round`(column: String) throws {
    try stopped {
      let down = try sorted("--sort", column)
      #expect(down == down.sorted(by: >))
      let up = try sorted("--sort", column, "--reverse")
      #expect(up == up.sorted())
      #expect(up.count == down.count)
    }
  }

  func sorted(_ options: String...) throws -> [UInt64] {
    let run = try Command(shell: "$A ps --json \"$@\"", [target.id] + options)
    return try #require(try run.listing().tasks).map { task in
      switch options[1] {
      case "busy": task.busy_ns ?? 0
      case "polls": task.polls ?? 0
      default: task.age_ns ?? 0
      }
    }
  }

  @Test func `tasks are sorted by every column`() throws {
    let help = try Command("ps", "--help").output
    let values = try #require(
      help.firstMatch(of: #/\(values:([^;]*);/#)
    ).1.split { " ,\n".contains($0) }
    #expect(values.count >= 10)
    for column in values {
      #expect(try Command("ps", target.id, "--sort", String(column)).status == 0)
    }
  }

  @Test func `timers are sorted by the time left`() throws {
    try stopped {
      let left = try #require(try target.listing("timers").timers).map { $0.remaining_ns ?? 0 }
      #expect(left == left.sorted())
      #expect(!left.isEmpty)
    }
  }
}
