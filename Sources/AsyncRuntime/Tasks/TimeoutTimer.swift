import AsyncTopBus

/// Cancels a task once when its time has come, and remembers that it did.
///
/// It may be armed several times at once, after it was rescheduled: only the turn counts that comes
/// when it is due.
///
/// Sendable as its base class is; what it adds belongs to the loop's thread.
final class TimeoutTimer: TimerHandle, @unchecked Sendable {
  private let task: AnyAsyncTask
  private let requestsBefore: Int
  private(set) var deadline: EventLoop.Instant?
  private(set) var state = Timeout.State.active

  /// Makes one for the task that runs, and arms it.
  ///
  /// - Throws: `AwaitError.noTask`.
  init(_ loop: EventLoop, at deadline: EventLoop.Instant?, site: UInt32) throws(AwaitError) {
    guard let task = loop.current else { throw .noTask("withTimeout") }
    self.task = task
    self.deadline = deadline
    requestsBefore = task.cancelling
    super.init(loop, when: deadline ?? EventLoop.Instant(nanoseconds: 0), nil)
    self.site = site
    arm()
  }

  /// Makes one for the task that runs, on the loop or where its actor is.
  ///
  /// - Throws: `AwaitError.noTask`.
  nonisolated(nonsending)
    static func start(
      on loop: EventLoop, site: UInt32, at deadline: @Sendable (EventLoop) -> EventLoop.Instant?
    ) async throws -> TimeoutTimer
  {
    if loop.isOnThread { return try TimeoutTimer(loop, at: deadline(loop), site: site) }
    return try await loop.atHome { try TimeoutTimer(loop, at: deadline(loop), site: site) }
  }

  /// Runs a body for as long.
  nonisolated(nonsending)
    func limit<Result>(
      _ body: nonisolated(nonsending) (Timeout) async throws -> Result
    ) async throws -> Result
  {
    let result: Result
    do {
      result = try await body(Timeout(timer: self))
    } catch {
      throw loop.isOnThread ? end(error) : await loop.atHome { self.end(error) }
    }
    if loop.isOnThread { end() } else { await loop.atHome { _ = self.end() } }
    return result
  }

  private func arm() {
    guard let deadline else { return }
    loop.arm(self, when: deadline, .timeout, at: site)
  }

  func reschedule(to when: EventLoop.Instant?) throws(InvalidStateError) {
    loop.checkThread()
    guard state == .active else { throw .timeoutOver }
    disarm()
    deadline = when
    arm()
  }

  override func run() {
    guard state == .active, let deadline, deadline <= loop.now else { return }
    Probe.fired(reported)
    state = .expiring
    task.interrupt()
  }

  /// Ends the time.
  ///
  /// Returns what the body's error means: `TimeoutError`, if it is the cancellation that this one
  /// asked for and no other is left.
  func end(_ error: any Error) -> any Error {
    guard end(), error.isCancellation else { return error }
    return TimeoutError()
  }

  /// Ends the time.
  ///
  /// Returns whether it had come and no other request to cancel is left.
  @discardableResult
  func end() -> Bool {
    guard state == .expiring else {
      state = .finished
      disarm()
      return false
    }
    state = .expired
    return task.uncancel() <= requestsBefore
  }
}
