import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `Debug mode` {
  /// What a loop in debug mode tells while a body runs.
  private func reports(
    _ body: @escaping @Sendable (EventLoop) async throws -> Void
  ) async throws -> [String] {
    let order = Order()
    try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      loop.isDebugging = true
      loop.exceptionHandler = { order.add("\($1)".filter { !"0123456789".contains($0) }) }
      try await body(loop)
      try await sleep(.zero)
      loop.isDebugging = false
    }
    return order.items
  }

  @Test func `tells of tasks that run long without giving way`() async throws {
    let reports = try await reports { _ in
      createTask(name: "slow") {
        advanceTime(by: .milliseconds(100))
        try await sleep(.zero)
        advanceTime(by: .milliseconds(99))
        try await sleep(.zero)
        advanceTime(by: .seconds(2))
      }
      for _ in 0..<4 { try await sleep(.zero) }
    }
    let report =
      "A task ran for  ms without giving way. Task: slow. Created at DebugTests.swift:."
    #expect(reports == [report, report])
  }

  @Test func `tells of callbacks that take long, and where they were created`() async throws {
    let reports = try await reports { loop in
      loop.callSoon { advanceTime(by: .milliseconds(100)) }
      loop.callSoon { advanceTime(by: .milliseconds(99)) }
      loop.callSoonThreadsafe { advanceTime(by: .milliseconds(101)) }
      loop.callLater(.seconds(1)) { advanceTime(by: .milliseconds(150)) }
      try await sleep(.seconds(2))
    }
    let report = "A callback of the event loop took  ms. Created at DebugTests.swift:."
    #expect(reports == [report, report, report])
  }

  @Test func `tells of native tasks too`() async throws {
    let reports = try await reports { loop in
      async let child: Void = advanceTime(by: .seconds(1))
      await child
    }
    #expect(reports == ["A native task ran for  ms without giving way."])
  }

  @Test func `has a limit that can be set`() async throws {
    let reports = try await reports { loop in
      loop.slowCallbackDuration = .seconds(5)
      loop.callSoon { advanceTime(by: .seconds(4)) }
      try await sleep(.zero)
      loop.callSoon { advanceTime(by: .seconds(5)) }
      try await sleep(.zero)
    }
    #expect(reports == ["A callback of the event loop took  ms. Created at DebugTests.swift:."])
  }

  @Test func `is off by itself`() async throws {
    let reports = try await reports { loop in
      loop.isDebugging = false
      try await sleep(.zero)
      loop.callSoon { advanceTime(by: .seconds(1)) }
      try await sleep(.zero)
    }
    #expect(reports == [])
  }
}

@Suite struct `A loop on another thread` {
  @Test func `refuses to be used, and says how to`() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      try await Runner.onOwnThread {
        let runner = try Runner(name: "far")
        try runner.run {
          let loop = EventLoop.running
          try await toThread { _ = loop?.callSoon {} }
        }
      }
    }
    let text = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(
      text.contains(
        "the event loop “far” is used on a thread that is not its own; see callSoonThreadsafe"))
  }
}
