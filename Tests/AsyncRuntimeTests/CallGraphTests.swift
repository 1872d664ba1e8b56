import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `The call graph` {
  /// The names of the tasks that wait, each after those that wait for it: `a(b(c), d)`.
  private static func names(_ graph: CallGraph) -> String {
    let name = if case .task(let name, _) = graph.subject { name } else { "future" }
    let above = graph.awaitedBy.map(names).joined(separator: ", ")
    return name + (graph.repetition == nil ? "" : "!") + (above.isEmpty ? "" : "(\(above))")
  }

  @Test func `of the task that runs has the place of the call`() async throws {
    try await withVirtualTime {
      let graph = try #require(captureCallGraph())
      #expect(Self.names(graph) == "main")
      #expect(graph.waitsFor == nil)
      let frame = try #require(graph.callStack.first)
      #expect(frame.kind == .runs)
      #expect(frame.file.hasSuffix("/CallGraphTests.swift"))
      #expect(frame.function.hasPrefix("of the task"))
    }
  }

  @Test func `is none where no task runs`() async throws {
    try await withVirtualTime {
      let called = try Future<Bool>()
      EventLoop.running?.callSoon { try called.setResult(captureCallGraph() == nil) }
      let isNone = try await called.value
      #expect(isNone)
      async let graphOfNative = captureCallGraph() == nil
      let native = await graphOfNative
      #expect(native)
    }
  }

  @Test func `has who awaits a task, and who awaits that`() async throws {
    try await withVirtualTime {
      let inner = createTask(name: "inner") { try await sleep(.seconds(1)) }
      let middle = createTask(name: "middle") { try await inner.value }
      let outer = createTask(name: "outer") { try await middle.value }
      let other = createTask(name: "other") { try await inner.value }
      try await sleep(.zero)
      try await sleep(.zero)
      #expect(captureCallGraph(of: inner).map(Self.names) == "inner(middle(outer), other)")
      #expect(captureCallGraph(of: outer).map(Self.names) == "outer")
      try await outer.value
      try await other.value
    }
  }

  @Test func `says where a task waits and was created`() async throws {
    try await withVirtualTime {
      let task = createTask(name: "sleeper") { try await sleep(.seconds(2)) }
      try await sleep(.zero)
      let graph = try #require(captureCallGraph(of: task))
      #expect(graph.waitsFor == "a timer that fires in 2.0 seconds")
      #expect(graph.callStack.map(\.kind) == [.waits, .created])
      #expect(Set(graph.callStack.map(\.line)).count == 1)
    }
  }

  @Test func `has the owner of a group above its tasks`() async throws {
    try await withVirtualTime {
      let owner = createTask(name: "owner") {
        try await withAsyncTaskGroup { group in
          try group.createTask(name: "one") {
            try await sleep(.zero)
            return captureCallGraph().map(Self.names)
          }
        }.value
      }
      let names = try await owner.value
      #expect(names == "one(owner(main))")
    }
  }

  @Test func `has no node for a timeout`() async throws {
    try await withVirtualTime {
      let task = createTask(name: "inner") {
        try await withTimeout(.seconds(9)) {
          try await sleep(.seconds(1))
          return captureCallGraph().map(Self.names)
        }
      }
      let outer = createTask(name: "outer") {
        try await withTimeout(.seconds(9)) { try await task.value }
      }
      let names = try await outer.value
      #expect(names == "inner(outer(main))")
    }
  }

  @Test func `of a future has all who wait for it, and no stack`() async throws {
    try await withVirtualTime {
      let future = try Future<Int>()
      let one = createTask(name: "one") { try await future.value }
      let two = createTask(name: "two") { try await future.value }
      createTask(name: "three") { try await two.value }
      try await sleep(.zero)
      try await sleep(.zero)
      let graph = try #require(captureCallGraph(of: future))
      #expect(Self.names(graph) == "future(one, two(three))")
      #expect(graph.callStack.isEmpty)
      try future.setResult(1)
      #expect(try await one.value == 1)
    }
  }

  @Test func `has who gathers above what is gathered`() async throws {
    try await withVirtualTime {
      let one = createTask(name: "one") { try await sleep(.seconds(1)) }
      let two = createTask(name: "two") { try await sleep(.seconds(2)) }
      let gatherer = createTask(name: "gatherer") { _ = try await gather(one, two) }
      try await sleep(.zero)
      try await sleep(.zero)
      #expect(captureCallGraph(of: one).map(Self.names) == "one(gatherer)")
      #expect(captureCallGraph(of: two).map(Self.names) == "two(gatherer)")
      #expect(captureCallGraph(of: gatherer)?.waitsFor == "2 of 2 in gather")
      try await gatherer.value
    }
  }

  @Test func `has who waits for several above each of them`() async throws {
    try await withVirtualTime {
      let future = try Future<Int>()
      let task = createTask(name: "task") { try await sleep(.seconds(1)) }
      let waiter = createTask(name: "waiter") {
        _ = try await wait([task, future] as [any Waitable], timeout: .seconds(2))
      }
      try await sleep(.zero)
      try await sleep(.zero)
      let graph = try #require(captureCallGraph(of: task))
      #expect(Self.names(graph) == "task(waiter)")
      #expect(graph.awaitedBy.first?.callStack.map(\.kind) == [.waits, .created])
      #expect(captureCallGraph(of: future).map(Self.names) == "future(waiter)")
      try await waiter.value
    }
  }

  @Test func `has who shields above what is shielded`() async throws {
    try await withVirtualTime {
      let inner = createTask(name: "inner") { try await sleep(.seconds(1)) }
      let outer = createTask(name: "outer") { try await shield(inner) }
      try await sleep(.zero)
      try await sleep(.zero)
      #expect(captureCallGraph(of: inner).map(Self.names) == "inner(outer)")
      try await outer.value
    }
  }

  @Test func `ends where tasks wait for each other in a circle`() async throws {
    try await withVirtualTime {
      let pair = Pair()
      pair.first = createTask(name: "first") { try await pair.second?.value }
      pair.second = createTask(name: "second") { try await pair.first?.value }
      try await sleep(.zero)
      try await sleep(.zero)
      let graph = try #require(captureCallGraph(of: pair.first))
      #expect(Self.names(graph) == "first(second(first!))")
      #expect(graph.awaitedBy.first?.awaitedBy.first?.repetition == .closesCircle)
      #expect(graph.description.contains("they wait for each other"))
    }
  }

  @Test func `is cut where it is too deep`() async throws {
    try await withVirtualTime {
      let first = createTask { try await sleep(.seconds(1)) }
      var last = first
      for _ in 0..<300 {
        let before = last
        last = createTask { try await before.value }
      }
      try await sleep(.zero)
      try await sleep(.zero)
      var graph = captureCallGraph(of: first)
      var depth = 0
      while let next = graph?.awaitedBy.first {
        depth += 1
        graph = next
      }
      #expect(depth == CallGraph.depthLimit && graph?.repetition == .tooDeep)
      try await last.value
    }
  }

  @Test(arguments: [(nil, 2), (0, 0), (1, 1), (-1, 1), (5, 2), (-5, 2)])
  func `has as many places of a stack as are asked for`(limit: Int?, count: Int) async throws {
    try await withVirtualTime {
      let task = createTask { try await sleep(.seconds(2)) }
      try await sleep(.zero)
      let stack = captureCallGraph(of: task, limit: limit)?.callStack.map(\.kind)
      #expect(stack?.count == count)
      if limit == 1 { #expect(stack == [.waits]) }
      if limit == -1 { #expect(stack == [.created]) }
    }
  }

  @Test func `is text with who waits indented`() async throws {
    try await withVirtualTime {
      let inner = createTask(name: "inner") { try await sleep(.seconds(2)) }
      let outer = createTask(name: "outer") { try await inner.value }
      try await sleep(.zero)
      try await sleep(.zero)
      let lines = formatCallGraph(of: inner, limit: 1).split(separator: "\n").map(String.init)
      #expect(lines.count >= 5)
      #expect(
        lines[0] == "* Task(name: \"inner\", id: \(inner.id)), "
          + "waits for a timer that fires in 2.0 seconds")
      #expect(lines[1] == "  + Call stack:")
      #expect(lines[2].hasPrefix("  |   File \"AsyncRuntimeTests/CallGraphTests.swift\", line "))
      #expect(lines[3] == "  + Awaited by:")
      #expect(
        lines[4] == "    * Task(name: \"outer\", id: \(outer.id)), waits for the task inner")
    }
  }
}

/// Two tasks that know each other.
///
/// It is only used on the loop of the test that made it,
/// by that test and its tasks.
private final class Pair: @unchecked Sendable {
  var first: AsyncTask<Void?>?
  var second: AsyncTask<Void?>?
}
