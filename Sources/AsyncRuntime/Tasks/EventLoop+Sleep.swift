import AsyncTopBus

// What sleeps returns whether it was cancelled, and throws in one place: see Waiter+Waiting.swift.

/// Waits for a time.
///
/// With none or less it gives way once: it goes on in the next iteration of the loop, after what is
/// ready already. A native task that belongs to no event loop waits as with `Task.sleep`.
///
/// - Parameter duration: How long.
/// - Throws: `CancellationError` if the task is cancelled; the timer is gone then.
public nonisolated(nonsending) func sleep(
  _ duration: Duration, fileID: StaticString = #fileID, line: UInt32 = #line
) async throws(CancellationError) {
  guard let loop = EventLoop.local(for: #isolation) else {
    return try await sleepElsewhere(duration, fileID, line)
  }
  let site = Probe.site(fileID, line)
  let isCancelled =
    duration > .zero
    ? await loop.isCancelledSleeping(until: loop.now.advanced(by: duration), at: site)
    : await loop.waiter().isCancelledGivingWay(at: site)
  if isCancelled { throw CancellationError() }
}

// Where no loop runs what waits.
private nonisolated(nonsending) func sleepElsewhere(
  _ duration: Duration, _ fileID: StaticString, _ line: UInt32
) async throws(CancellationError) {
  guard let loop = EventLoop.ofCaller else { return try await sleepWithoutLoop(duration) }
  try await loop.atHome { () throws(CancellationError) in
    try await sleep(duration, fileID: fileID, line: line)
  }
}

/// The same as a function of a duration alone, where one is asked for as a value or a witness.
///
/// - Parameter duration: How long.
/// - Throws: `CancellationError` if the task is cancelled.
@_disfavoredOverload
public nonisolated(nonsending) func sleep(
  _ duration: Duration
) async throws(CancellationError) {
  try await sleep(duration, fileID: "", line: 0)
}

/// Waits for a number of seconds, as asyncio's `sleep` does.
///
/// It is also here so that `sleep(1)` does not mean the C library's, which would block the loop.
///
/// - Parameter seconds: How many; not NaN. With none or less it gives way once.
/// - Throws: `CancellationError` if the task is cancelled; the timer is gone then.
public nonisolated(nonsending) func sleep(
  _ seconds: Double, fileID: StaticString = #fileID, line: UInt32 = #line
) async throws(CancellationError) {
  guard let duration = Duration(seconds: seconds) else {
    EventLoop.refuse("sleep(nan): that is no time", fileID, line)
  }
  try await sleep(duration, fileID: fileID, line: line)
}

/// Waits for a whole number of seconds, as asyncio's `sleep` does.
///
/// - Parameter seconds: How many; with none or less it gives way once.
/// - Throws: `CancellationError` if the task is cancelled; the timer is gone then.
public nonisolated(nonsending) func sleep(
  _ seconds: some BinaryInteger & Sendable, fileID: StaticString = #fileID, line: UInt32 = #line
) async throws(CancellationError) {
  try await sleep(Duration(seconds: seconds), fileID: fileID, line: line)
}

/// Waits until a moment.
///
/// - Parameter deadline: On the loop's clock, such as `.now + .seconds(5)`. If it has passed, it
///   gives way once.
/// - Throws: `CancellationError` if the task is cancelled; the timer is gone then.
public nonisolated(nonsending) func sleep(
  until deadline: EventLoop.Instant, fileID: StaticString = #fileID, line: UInt32 = #line
) async throws(CancellationError) {
  guard let loop = EventLoop.local(for: #isolation) else {
    guard let loop = EventLoop.ofCaller else {
      return try await sleepWithoutLoop(EventLoop.Instant.now.duration(to: deadline))
    }
    try await loop.atHome { () throws(CancellationError) in
      try await sleep(until: deadline, fileID: fileID, line: line)
    }
    return
  }
  try await loop.sleep(until: deadline, at: Probe.site(fileID, line))
}

/// Waits for a time, and returns a value.
///
/// - Parameters:
///   - duration: How long; with none or less, for one iteration of the loop.
///   - result: The value.
/// - Returns: The value.
/// - Throws: `CancellationError` if the task is cancelled; the timer is gone then.
public nonisolated(nonsending) func sleep<Result>(
  _ duration: Duration, result: Result, fileID: StaticString = #fileID, line: UInt32 = #line
) async throws(CancellationError) -> Result {
  try await sleep(duration, fileID: fileID, line: line)
  return result
}

/// What `sleep` is in a native task that belongs to no loop.
nonisolated(nonsending)
  func sleepWithoutLoop(_ duration: Duration) async throws(CancellationError)
{
  if duration <= .zero { await Task.yield() }
  do {
    try await Task.sleep(for: max(duration, .zero))
  } catch {
    throw CancellationError()
  }
}

extension EventLoop {
  nonisolated(nonsending)
    func sleep(until moment: Instant, at site: UInt32) async throws(CancellationError)
  {
    if await isCancelledSleeping(until: moment, at: site) { throw CancellationError() }
  }

  nonisolated(nonsending)
    fileprivate func isCancelledSleeping(until moment: Instant, at site: UInt32) async -> Bool
  {
    let waiter = waiter()
    let deadline = moment.nanoseconds
    guard deadline > nanosecondsNow else { return await waiter.isCancelledGivingWay(at: site) }
    if await waiter.isCancelledBefore() { return true }
    waiter.timer = timers.arm(deadline, ReadyItem(waiting: waiter))
    let reported = Probe.armedWait(.sleep, deadline: deadline, at: site, on: probe)
    return await waiter.isCancelledWaiting(in: self, for: .timer, reported, at: site)
  }

  /// Goes on in the next iteration.
  nonisolated(nonsending)
    func giveWay(at site: UInt32) async throws(CancellationError)
  {
    if await waiter().isCancelledGivingWay(at: site) { throw CancellationError() }
  }
}

extension Waiter {
  nonisolated(nonsending)
    fileprivate final func isCancelledGivingWay(at site: UInt32) async -> Bool
  {
    if await isCancelledBefore() { return true }
    runNext()
    Probe.willWait(for: .turn, 0, at: site)
    await suspend()
    return await isCancelledGoingOn()
  }
}

extension EventLoop: WaitPlace {
  // Of a sleep.
  func cancelWait(of waiter: Waiter) -> Bool {
    guard timers.cancel(waiter.timer) != nil else { return false }
    waiter.wake(.cancelled)
    return true
  }
}
