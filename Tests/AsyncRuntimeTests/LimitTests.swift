import AsyncRuntimeTesting
import Testing

@testable import AsyncRuntime

/// Durations at which sums overflow, or nearly so.
private let endless: [Duration] = [
  .seconds(Int64.max), .seconds(Int64.max - 1), .nanoseconds(Int64.max) * 4,
  Duration(attoseconds: .max), .seconds(18_446_744_073), .seconds(UInt64.max / 1_000_000_000),
  .milliseconds(18_446_744_073_709), Duration(attoseconds: 18_446_744_073_709_551_615_999_999_999),
]
private let past: [Duration] = [
  .seconds(Int64.min), Duration(attoseconds: .min), .nanoseconds(Int64.min), .seconds(-1), .zero,
]

@Suite struct `Limits that nobody reaches` {
  @Test(arguments: endless)
  func `are no limit on a loop in real time`(limit: Duration) async throws {
    try await onOwnLoop { try await Self.use(limit) }
  }

  @Test(arguments: endless)
  func `are no limit in virtual time`(limit: Duration) async throws {
    try await withVirtualTime { try await Self.use(limit) }
  }

  @Test(arguments: endless)
  func `are none after a long time either`(limit: Duration) async throws {
    try await withVirtualTime {
      advanceTime(by: .seconds(1_000_000_000))
      try await Self.use(limit)
      advanceTime(by: limit)
      try await Self.use(.seconds(Int64.max))
    }
  }

  // Whatever it calls ends or is cancelled by hand; nothing fires.
  private static func use(_ limit: Duration) async throws {
    let loop = try #require(EventLoop.running)
    loop.setDefaultExecutor(ThreadPool(threadLimit: 1))
    let calls = Order()
    let timers = [
      loop.callLater(limit) { calls.add("later") },
      loop.callAt(loop.now + limit) { calls.add("at") },
      loop.callAt(loop.now + .seconds(Int64.max)) { calls.add("at the end") },
    ]
    let sleeper = createTask { try await sleep(limit) }
    #expect(try await withTimeout(limit) { try await createTask { 1 }.value } == 1)
    try await withTimeout(at: EventLoop.Instant(sinceStart: limit)) { timeout in
      try timeout.reschedule(to: loop.now + limit)
      try await iterations(3)
    }
    #expect(try await waitFor(createTask { 2 }, timeout: limit) == 2)
    #expect(try await wait([createTask { 3 }], timeout: limit).done.count == 1)
    for try await _ in asCompleted([createTask { 4 }], timeout: limit) {}
    try await iterations(3)
    #expect(calls.items.isEmpty)
    timers.forEach { $0.cancel() }
    sleeper.cancel()
    await #expect(throws: CancellationError.self) { try await sleeper.value }
    loop.slowCallbackDuration = limit
    loop.isDebugging = true
    try await iterations(2)
    loop.isDebugging = false
    try await toThread {}
    #expect(try await loop.shutDownDefaultExecutor(timeout: limit))
    #expect(loop.pendingTimers.isEmpty)
  }

  @Test(arguments: past)
  func `in the past are due at once`(limit: Duration) async throws {
    try await withVirtualTime {
      let loop = try #require(EventLoop.running)
      let calls = Order()
      loop.callLater(limit) { calls.add("later") }
      loop.callAt(loop.now + limit) { calls.add("at") }
      try await iterations(2)
      #expect(calls.items == ["later", "at"])
      try await sleep(limit)
      await #expect(throws: TimeoutError()) {
        try await withTimeout(limit) { try await sleep(.seconds(1)) }
      }
      await #expect(throws: TimeoutError()) {
        try await waitFor(createTask { try await sleep(.seconds(1)) }, timeout: limit)
      }
      let task = createTask { try await sleep(.seconds(1)) }
      #expect(try await wait([task], timeout: limit).pending.count == 1)
      await #expect(throws: TimeoutError()) {
        for try await _ in asCompleted([task], timeout: limit) {}
      }
    }
  }

  @Test func `let a test in virtual time stall, not wait for the end of time`() async throws {
    await #expect(throws: Stalled.self) {
      try await withVirtualTime(patience: .milliseconds(1)) {
        try await sleep(.seconds(Int64.max))
      }
    }
  }

  @Test func `of threads are waited for without end`() async throws {
    for limit in endless {
      let future = ThreadFuture<Int>()
      let pool = ThreadPool(threadLimit: .max)
      _ = try pool.submit { try future.setResult(1) }
      let value = try await Runner.onOwnThread { try future.result(timeout: limit) }
      #expect(value == 1)
      #expect(await Task.detached { pool.shutDown(timeout: limit) }.value)
    }
  }

  @Test func `keep moments in order`() {
    let durations = endless + past + [.seconds(1), .nanoseconds(1), .milliseconds(1)]
    for first in durations {
      let moments: [UInt64] = [0, 1, 1 << 40, UInt64(Int64.max), .max - 1, .max]
      for moment in moments {
        let later = moment.advanced(by: first)
        #expect(later >= moment)
        let instant = EventLoop.Instant(sinceStart: .nanoseconds(moment))
        #expect((instant + first < instant) == (first < .zero && moment > 0))
        #expect((instant - first > instant) == (first < .zero && moment < .max))
        if first > .seconds(600_000_000_000) { #expect(later == .max) }
      }
    }
  }

  private func abs(_ duration: Duration) -> Duration { max(duration, .zero - duration) }

  @Test func `are in the wheel until they are cancelled`() {
    var wheel = TimerWheel(now: 0)
    let items = (1...4).map { ReadyItem(bits: UInt($0) * 4) }
    let never = wheel.arm(.max, items[0])
    _ = wheel.arm(.max, items[1])
    #expect(wheel.nextMoment == nil)
    let late = wheel.arm(.max - 1, items[2])
    #expect(wheel.nextMoment != nil)
    #expect(wheel.cancel(late)?.bits == items[2].bits)
    wheel.expire(.max - 1) { item, _ in Issue.record("fired \(item.bits)") }
    #expect(wheel.cancel(never)?.bits == items[0].bits)
    #expect(wheel.cancel(never) == nil)
    _ = wheel.arm(5, items[3])
    #expect(wheel.count == 2)
    #expect(Set(wheel.removeAll().map(\.bits)) == [items[1].bits, items[3].bits])
    #expect(wheel.count == 0)
    #expect(wheel.removeAll().isEmpty)
  }

  @Test func `of counts are no limit either`() {
    var marks = WaterMarks()
    marks.set(high: nil, low: .max)
    #expect(marks.high == .max)
    let addresses = ["127.0.0.1", "::1"].compactMap { SocketAddress($0, port: 1) }
    #expect(ConnectionOptions(interleave: .max).order(addresses).count == addresses.count)
  }
}
