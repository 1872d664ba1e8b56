import Instrumentation
import LinuxSystem

/// Cancels a task once when its time has come, and remembers that it did.
///
/// Sendable as its base class is; what it adds belongs to the loop's thread.
final class Timeout: TimerHandle, @unchecked Sendable {
  private let task: AnyAsyncTask
  private let requestsBefore: Int
  private(set) var hasExpired = false

  init(_ loop: EventLoop, when: Duration, task: AnyAsyncTask) {
    self.task = task
    requestsBefore = task.cancelRequests
    super.init(loop, when: when, nil)
  }

  override func run() {
    Probe.fired(reported)
    guard !isCancelled else { return }
    hasExpired = true
    task.cancel()
  }

  /// Ends the time.
  ///
  /// Returns what the body's error means: `TimeoutError`, if it is the cancellation that this one
  /// asked for and no other is left.
  func end(_ error: any Error) -> any Error {
    guard end(), error is CancelledError || error is CancellationError else { return error }
    return TimeoutError()
  }

  /// Ends the time.
  ///
  /// Returns whether it had come and no other request to cancel is left.
  @discardableResult
  func end() -> Bool {
    cancel()
    guard hasExpired else { return false }
    return task.uncancel() <= requestsBefore
  }
}

/// Runs a body for a limited time.
///
/// When the time has come the surrounding task is cancelled once; if the body ends because of that,
/// it is a `TimeoutError`. If the body catches the cancellation and returns, its value is returned;
/// if it throws another error, that is thrown; if the task was cancelled by someone else as well,
/// that goes first. Of two that expire at once around each other, the outer one throws. Must run in
/// a task of the runtime's.
///
/// - Parameters:
///   - duration: How long; with none or less it is cancelled at its first wait.
///   - fileID: The file that asynctop shows; leave it out.
///   - line: The line that asynctop shows; leave it out.
///   - isolation: Leave it out.
///   - body: What may take that long.
/// - Returns: What the body returns.
/// - Throws: `TimeoutError`, or what the body throws.
@discardableResult
public func withTimeout<Result>(
  _ duration: Duration, fileID: StaticString = #fileID, line: UInt32 = #line,
  isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
) async throws -> Result {
  let loop = EventLoop.required(for: "withTimeout")
  guard let task = loop.current else {
    preconditionFailure("withTimeout must run in a task of the runtime's; see createTask")
  }
  let timeout = Timeout(loop, when: loop.time + duration, task: task)
  loop.arm(timeout, .timeout, at: Probe.site(fileID, line))
  let result: Result
  do {
    result = try await body()
  } catch {
    throw timeout.end(error)
  }
  timeout.end()
  return result
}
