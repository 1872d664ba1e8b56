import Testing

/// The tree of `demo native` against what `NativeProgram` does.
@Suite struct `The tree of a program that knows nothing of us` {
  typealias Entity = Listing.Entity

  static let source = "DemoPrograms/NativeProgram.swift"

  @Test func `has what the program starts, and nothing else`() throws {
    let target = try Target(scenario: "native")
    try target.wait(for: "payment")
    var tree = TreeWalk(try #require(try target.listing("tree").nodes), source: Self.source)
    #expect(tree.below(nil) == [0])
    #expect(tree[0].waits_for?.text == "group of 3, 3 running")
    let audit = try tree.task("audit", under: 0, at: "Task.detached(name: \"audit\"")
    #expect(tree[audit].relation == "unstructured")
    #expect(tree[audit].waits_for?.kind ?? "timer" == "timer")

    let house = try tree.group(under: 0)
    #expect([tree[house].running, tree[house].spawned, tree[house].ended] == [3, 3, 0])
    let reception = try tree.task("reception", under: house, at: "addTask(name: \"reception\")")
    let desk = try tree.task("desk", under: house, at: "addTask(name: \"desk\")")
    let hall = try tree.task("packing hall", under: house, at: "addTask(name: \"packing hall\")")
    for member in [reception, desk, hall] {
      #expect(tree[member].relation == "child")
      #expect(tree[member].parent == tree[0].id)
    }
    #expect(tree[hall].waits_for?.text == "group of 4, 4 running")
    let packers = try tree.group(under: hall)
    for packer in 1...4 {
      _ = try tree.task("packer \(packer)", under: packers, at: "packers.addTask(")
    }

    let sales = try tree.group(under: desk)
    let orders = tree.below(sales)
    for order in orders {
      let children = tree.below(order).map { tree[$0] }
      try tree.expectSite(tree[order], "sales.addTask(name:")
      try expectOrder(tree[order], children, in: tree)
    }
    try expectCounters(tree[sales], of: orders.count)
    #expect(tree.unknown.isEmpty)
  }

  /// The group's counters and the tasks are not read at the same instant.
  func expectCounters(_ group: Entity, of children: Int) throws {
    let running = try #require(group.running)
    let left = try #require(group.spawned) - (try #require(group.ended))
    #expect(abs(running - children) <= 1)
    #expect(abs(left - running) <= 1)
    #expect(running > 2)
  }

  /// An order asks for its price and its credit with `async let`, then makes a payment and waits
  /// for it.
  func expectOrder(_ order: Entity, _ children: [Entity], in tree: TreeWalk) throws {
    let number = try #require(order.name?.wholeMatch(of: #/order (\d+)/#), "\(order)").1
    for child in children {
      #expect(child.parent == order.id)
      if child.relation == "async let" {
        let line = child.site?.line
        let price = try Repository.line(of: "async let price", in: Self.source)
        let credit = try Repository.line(of: "async let credit", in: Self.source)
        #expect(line == price || line == credit)
      } else {
        #expect(child.relation == "unstructured")
        #expect(child.name == "payment \(number)")
        try tree.expectSite(child, "let payment = Task(name:")
      }
      if order.waits_for?.id == child.id { #expect(order.waits_for?.kind == "task") }
    }
    #expect(children.count <= 2)
  }

  @Test func `tasks wait for what the program waits for`() throws {
    let target = try Target(scenario: "native")
    let desk = try Repository.line(of: "for await order in orders", in: Self.source)
    let credit = try Repository.line(of: "withCheckedContinuation", in: Self.source)
    try target.wait(for: "payment")
    for task in try #require(try target.listing().tasks) where task.state == "waiting" {
      let wait = try #require(task.waits_for, "\(task)")
      switch task.name {
      case "reception", "audit", "packer 1", "packer 2", "packer 3", "packer 4":
        #expect(["timer", "executor"].contains(wait.kind), "\(task)")
      case "desk":
        #expect(wait.text == "stream" && task.at?.line == desk, "\(task)")
      case let name? where name.hasPrefix("payment"):
        #expect(wait.kind == "timer")
      case let name? where name.hasPrefix("order"):
        #expect(wait.kind == "task" || wait.kind == "executor")
      default:
        guard task.relation == "async let" else { continue }
        let isCredit =
          task.site?.line == (try Repository.line(of: "async let credit", in: Self.source))
        #expect(wait.kind == (isCredit ? "continuation" : "timer"))
        if isCredit { #expect(task.at?.line == credit, "\(task)") }
      }
    }
  }
}
