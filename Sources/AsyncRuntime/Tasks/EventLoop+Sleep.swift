import Instrumentation

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
  let loop = EventLoop.required(for: "sleep")
  try await loop.sleep(duration, at: Probe.site(fileID, line))
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
  let loop = EventLoop.required(for: "sleep")
  try await loop.sleep(duration, at: Probe.site(fileID, line))
  return result
}

extension EventLoop {
  nonisolated(nonsending)
    func sleep(_ duration: Duration, at site: UInt32) async throws(CancelledError)
  {
    let task = waiter()
    try await task.refuseIfCancelled()
    guard duration > .zero else {
      ready.append(ReadyItem(waiting: task))
      Probe.willWait(for: .timer, 0, at: site)
      await task.suspend()
      try task.takeCancellation()
      return
    }
    let deadline = now.advanced(by: duration)
    task.timer = timers.arm(deadline, ReadyItem(waiting: task))
    let reported = Probe.armedWait(.sleep, deadline: deadline, at: site, on: probe)
    try await task.wait(in: self, for: .timer, reported, at: site)
  }
}
