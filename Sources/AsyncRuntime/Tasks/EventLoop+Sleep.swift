import AsyncTopBus

/// Waits for a time.
///
/// With none or less it gives way once: it goes on in the next iteration of the loop, after what is
/// ready already.
///
/// - Parameters:
///   - duration: How long.
///   - fileID: The file that asynctop shows; leave it out.
///   - line: The line that asynctop shows; leave it out.
/// - Throws: `CancelledError` if the task is cancelled; the timer is gone then.
public nonisolated(nonsending) func sleep(
  _ duration: Duration, fileID: StaticString = #fileID, line: UInt32 = #line
) async throws(CancelledError) {
  guard let loop = EventLoop.local(for: #isolation) else {
    // Where there is no such loop this ends the program.
    let loop = EventLoop.own(for: "sleep", in: #isolation, fileID, line)
    try await loop.atHome { () throws(CancelledError) in
      try await sleep(duration, fileID: fileID, line: line)
    }
    return
  }
  if duration > .zero {
    try await loop.sleep(duration, at: Probe.site(fileID, line))
  } else {
    try await loop.waiter().giveWay(at: Probe.site(fileID, line))
  }
}

/// Waits for a time, and returns a value.
///
/// - Parameters:
///   - duration: How long; with none or less, for one iteration of the loop.
///   - result: The value.
///   - fileID: The file that asynctop shows; leave it out.
///   - line: The line that asynctop shows; leave it out.
/// - Returns: The value.
/// - Throws: `CancelledError` if the task is cancelled; the timer is gone then.
public nonisolated(nonsending) func sleep<Result>(
  _ duration: Duration, result: Result, fileID: StaticString = #fileID, line: UInt32 = #line
) async throws(CancelledError) -> Result {
  try await sleep(duration, fileID: fileID, line: line)
  return result
}

extension EventLoop {
  nonisolated(nonsending)
    fileprivate func sleep(_ duration: Duration, at site: UInt32) async throws(CancelledError)
  {
    let waiter = waiter()
    try await waiter.refuseIfCancelled()
    let deadline = now.advanced(by: duration)
    waiter.timer = timers.arm(deadline, ReadyItem(waiting: waiter))
    let reported = Probe.armedWait(.sleep, deadline: deadline, at: site, on: probe)
    try await waiter.wait(in: self, for: .timer, reported, at: site)
  }

  /// Goes on in the next iteration.
  nonisolated(nonsending)
    func giveWay(at site: UInt32) async throws(CancelledError)
  {
    try await waiter().giveWay(at: site)
  }
}

extension Waiter {
  nonisolated(nonsending)
    fileprivate final func giveWay(at site: UInt32) async throws(CancelledError)
  {
    try await refuseIfCancelled()
    runNext()
    Probe.willWait(for: .timer, 0, at: site)
    await suspend()
    try await goOn()
  }
}
