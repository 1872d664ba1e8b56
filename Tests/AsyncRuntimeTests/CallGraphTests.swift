import AsyncRuntime
import AsyncTesting
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
      let called = Future<Bool>()
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
      let future = Future<Int>()
      let one = createTask(name: "one") { try await future.value }
      let two = createTask(name: "two") { try await future.value }
      createTask(name: "three") { try await two.value }
      try await sleep(.zero)
      try await sleep(.zero)
      let graph = captureCallGraph(of: future)
      #expect(Self.names(graph) == "future(one, two(three))")
      #expect(graph.callStack.isEmpty)
      try future.setResult(1)
      #expect(try await one.value == 1)
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
