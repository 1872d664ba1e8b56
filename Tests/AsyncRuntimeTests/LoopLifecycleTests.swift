import AsyncRuntime
import Testing

@Suite struct `A loop that is run by hand` {
  /// Runs a body with a loop of its own that does not run, on a thread of its own.
  private func withLoop<Value: Sendable>(
    _ body: @escaping @Sendable (EventLoop) throws -> Value
  ) async throws -> Value {
    try await Runner.onOwnThread {
      let loop = try newEventLoop()
      defer { loop.close() }
      return try body(loop)
    }
  }

  @Test func `runs for ever until it is stopped`() async throws {
    let order = Order()
    try await withLoop { loop in
      for _ in 0..<2 {
        loop.callSoon {
          order.add("runs \(loop.isRunning)")
          loop.stop()
          loop.callSoon { order.add("next time") }
        }
        try loop.runForever()
        order.add("stopped")
      }
    }
    #expect(
      order.items == [
        "runs true", "stopped", "next time", "runs true", "stopped",
      ])
  }

  @Test func `runs one iteration when it was stopped before`() async throws {
    let order = Order()
    try await withLoop { loop in
      loop.callSoon { order.add("once") }
      loop.stop()
      try loop.runForever()
    }
    #expect(order.items == ["once"])
  }

  @Test func `runs until something is done, and gives that`() async throws {
    let values = try await withLoop { loop in
      let value = try loop.runUntilComplete {
        try await sleep(.zero)
        return 1
      }
      #expect(throws: RecordingProtocol.Failure()) {
        try loop.runUntilComplete { throw RecordingProtocol.Failure() }
      }
      let task = try loop.runUntilComplete { createTask { 2 } }
      return [value, try loop.runUntilComplete(task)]
    }
    #expect(values == [1, 2])
  }

  @Test func `goes on with a task that it left when it was stopped`() async throws {
    try await withLoop { loop in
      let order = Order()
      loop.callSoon { loop.stop() }
      #expect(throws: RunnerError.self) {
        try loop.runUntilComplete {
          for _ in 0..<5 { try await sleep(.zero) }
          order.add("done")
          loop.stop()
        }
      }
      #expect(order.items.isEmpty)
      try loop.runForever()
      #expect(order.items == ["done"])
    }
  }

  @Test func `may call functions before it has looked for events, on a new thread`() async {
    await #expect(processExitsWith: .success) {
      try await Runner.onOwnThread {
        let loop = try newEventLoop()
        loop.callSoon {}
        loop.callSoon { loop.stop() }
        try loop.runForever()
        loop.close()
      }
    }
  }

  @Test func `ends its connections when it is closed`() async throws {
    let (calls, peer) = try await Runner.onOwnThread {
      let loop = try newEventLoop()
      let (ours, theirs) = try Socket.pair()
      let made = try loop.runUntilComplete {
        try EventLoop.running?.connectAcceptedSocket(ours) { Collector() }.1
      }
      loop.close()
      return (made?.calls ?? [], theirs)
    }
    #expect(calls == ["made", "lost"])
    try await onOwnLoop {
      let bytes = try await EventLoop.running?.sockRecv(peer, 1)
      #expect(bytes == [])
    }
  }
}
