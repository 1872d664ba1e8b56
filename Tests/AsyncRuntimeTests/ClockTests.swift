import AsyncRuntime
import AsyncRuntimeTesting
import Testing

@Suite struct `The loop's clock` {
  // What operators such as `debounce(for:clock:)` do with a clock.
  private func wait<C: Clock>(_ time: Duration, on clock: C) async throws -> Duration
  where C.Duration == Duration {
    let start = clock.now
    try await clock.sleep(until: start.advanced(by: time), tolerance: nil)
    return start.duration(to: clock.now)
  }

  @Test func `is virtual in virtual time, in native tasks too`() async throws {
    try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      #expect(try await wait(.seconds(5), on: .eventLoop) == .seconds(5))
      let clock = loop.clock
      let native = Task.detached { try await wait(.seconds(5), on: clock) }
      #expect(try await native.value == .seconds(5))
      #expect(loop.now.sinceStart == .seconds(10))
      try await Task<Never, Never>.sleep(until: .now + .seconds(1), clock: .eventLoop)
      #expect(loop.now.sinceStart >= .seconds(10))
    }
  }

  @Test func `is the kernel's outside of loops`() async throws {
    #expect(try await wait(.milliseconds(1), on: .eventLoop) >= .milliseconds(1))
    try await sleep(until: .now + .milliseconds(1))
    let task = Task { try await sleep(until: .now + .seconds(3600)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func `of a closed loop does not keep who waits`() async throws {
    let loop = try await onOwnLoop { try #require(EventLoop.running) }
    await #expect(throws: RunnerError.self) { try await wait(.seconds(1), on: loop.clock) }
  }

  @Test func `has moments, until which sleep waits`() async throws {
    try await withVirtualTime {
      let start = EventLoop.Instant.now
      try await sleep(until: start + .seconds(5))
      #expect(EventLoop.Instant.now - start == .seconds(5))
      try await sleep(until: start)
      #expect(EventLoop.Instant.now - start == .seconds(5))
      #expect(start - .seconds(1) <= start && start.duration(to: start - .zero) == .zero)
      #expect("\(start + .milliseconds(1500))" == "1.5 seconds")
    }
  }
}
