import AsyncRuntime
import Dispatch
import Glibc
import Testing

@Suite struct `Stop errors` {
  struct Exit: StopError, Equatable { var code = 0 }
  struct Broken: Error {}

  @Test func `of any task end the run`() async throws {
    try await Runner.onOwnThread {
      let runner = try Runner()
      defer { runner.close() }
      #expect(throws: Exit(code: 3)) {
        try runner.run {
          createTask { throw Exit(code: 3) }
          try await sleep(.seconds(3600))
        }
      }
      #expect(try runner.run { 1 } == 1)
    }
  }

  @Test func `of a callback end the run`() async throws {
    try await Runner.onOwnThread {
      let runner = try Runner()
      defer { runner.close() }
      #expect(throws: Exit(code: 4)) {
        try runner.run {
          EventLoop.running?.callSoon { throw Exit(code: 4) }
          try await sleep(.seconds(3600))
        }
      }
    }
  }

  @Test func `reach who runs a loop by hand`() async throws {
    try await Runner.onOwnThread {
      let loop = try newEventLoop()
      defer { loop.close() }
      loop.callSoon { throw Exit(code: 7) }
      #expect(throws: Exit(code: 7)) { try loop.runForever() }
      #expect(throws: Exit(code: 8)) {
        try loop.runUntilComplete {
          createTask { throw Exit(code: 8) }
          try await sleep(.seconds(3600))
        }
      }
      loop.callSoon { EventLoop.running?.stop() }
      try loop.runForever()
    }
  }

  @Test func `leave a group bare, and others of it are dropped`() async throws {
    try await Runner.onOwnThread {
      let runner = try Runner()
      defer { runner.close() }
      #expect(throws: Exit(code: 5)) {
        try runner.run {
          try await withAsyncTaskGroup { group in
            try group.createTask {
              do { try await sleep(.seconds(60)) } catch { throw Broken() }
            }
            try await sleep(.zero)
            throw Exit(code: 5)
          }
        }
      }
    }
  }

  @Test func `let the tasks clean up when the runner is closed`() async throws {
    let order = Order()
    try await Runner.onOwnThread {
      let runner = try Runner()
      #expect(throws: Exit(code: 6)) {
        try runner.run {
          createTask {
            do { try await sleep(.seconds(60)) } catch {
              try await iterations(2)
              order.add("cleaned up")
            }
          }
          createTask {
            do { try await sleep(.seconds(60)) } catch { throw Exit(code: 7) }
          }
          try await iterations()
          throw Exit(code: 6)
        }
      }
      runner.close()
    }
    #expect(order.items == ["cleaned up"])
  }

  @Test func `of the last task that ends doesn't keep the runner from closing`() async throws {
    try await Runner.onOwnThread {
      let runner = try Runner()
      try runner.run {
        createTask {
          do { try await sleep(.seconds(60)) } catch { throw Exit(code: 7) }
        }
        try await iterations()
      }
      runner.close()
    }
  }

  @Test func `of a task don't end the wait for the default executor`() async throws {
    let order = Order()
    try await Runner.onOwnThread {
      let (runner, closing, failing) = (
        try Runner(), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
      )
      try runner.run {
        let loop = try #require(EventLoop.running)
        createTask {
          do {
            try await toThread {
              order.add("began")
              closing.wait()
              loop.callSoonThreadsafe {
                createTask {
                  failing.signal()
                  throw Exit(code: 7)
                }
              }
              failing.wait()
              // The loop has stopped meanwhile, or will.
              for _ in 0..<1000 { sched_yield() }
              order.add("ended")
            }
          } catch {
            closing.signal()
            throw error
          }
        }
        while order.items.isEmpty { try await iterations() }
      }
      runner.close()
      order.add("closed")
    }
    #expect(order.items == ["began", "ended", "closed"])
  }
}
