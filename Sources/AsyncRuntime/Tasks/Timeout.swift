import AsyncTopBus

/// The time that `withTimeout` gives its body, which can be changed from inside of it.
///
/// Sendable as what it refers to is: everything is asked and done on the loop's thread.
public struct Timeout: Sendable, CustomStringConvertible {
  let timer: TimeoutTimer

  /// Where a timeout is in its life.
  public enum State: Sendable {
    /// The body runs, and there is time left or no limit.
    case active
    /// The time has come, and the body has not ended yet.
    case expiring
    /// The body has ended after the time had come.
    case expired
    /// The body has ended in time.
    case finished
  }

  /// Where it is in its life.
  public var state: State { timer.state }

  /// When the time comes, on the loop's clock; nil for never.
  public var when: EventLoop.Instant? { timer.deadline }

  /// Whether the time has come while the body ran.
  public var hasExpired: Bool { state == .expiring || state == .expired }

  /// Changes when the time comes.
  ///
  /// - Parameter when: On the loop's clock, such as `.now + .seconds(5)`. A time that has passed
  ///   comes in the next iteration; nil never does.
  /// - Throws: `InvalidStateError.timeoutOver` unless it is active.
  public func reschedule(to when: EventLoop.Instant?) throws(InvalidStateError) {
    try timer.reschedule(to: when)
  }

  /// For people.
  public var description: String {
    guard state == .active, let when else { return "timeout, \(state)" }
    return "timeout, active until \(when)"
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
///   - duration: How long; with none or less it is cancelled at its first wait. Nil for no limit.
///   - body: What may take that long.
/// - Returns: What the body returns.
/// - Throws: `TimeoutError`, or what the body throws. `AwaitError.noTask`.
public func withTimeout<Result>(
  _ duration: Duration?, fileID: StaticString = #fileID, line: UInt32 = #line,
  isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
) async throws -> Result {
  try await withTimeout(duration, fileID: fileID, line: line, isolation: isolation) {
    (_: Timeout) in try await body()
  }
}

/// Runs a body for a limited time, which it can change.
///
/// - Parameters:
///   - duration: How long; with none or less it is cancelled at its first wait. Nil for no limit.
///   - body: Gets the timeout.
/// - Returns: What the body returns.
/// - Throws: `TimeoutError`, or what the body throws. `AwaitError.noTask`.
public func withTimeout<Result>(
  _ duration: Duration?, fileID: StaticString = #fileID, line: UInt32 = #line,
  isolation: isolated (any Actor)? = #isolation, _ body: (Timeout) async throws -> Result
) async throws -> Result {
  let timer = try await TimeoutTimer.start(
    on: try EventLoop.needed(for: "withTimeout", in: isolation),
    site: Probe.site(fileID, line)
  ) { loop in duration.map { loop.now.advanced(by: $0) } }
  return try await timer.limit(body)
}

/// Runs a body until a time.
///
/// - Parameters:
///   - when: The time on the loop's clock, such as `.now + .seconds(5)`; nil for never.
///   - body: What may take until then.
/// - Returns: What the body returns.
/// - Throws: `TimeoutError`, or what the body throws. `AwaitError.noTask`.
public func withTimeout<Result>(
  at when: EventLoop.Instant?, fileID: StaticString = #fileID, line: UInt32 = #line,
  isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
) async throws -> Result {
  try await withTimeout(at: when, fileID: fileID, line: line, isolation: isolation) {
    (_: Timeout) in try await body()
  }
}

/// Runs a body until a time, which it can change.
///
/// - Parameters:
///   - when: The time on the loop's clock, such as `.now + .seconds(5)`; nil for never.
///   - body: Gets the timeout.
/// - Returns: What the body returns.
/// - Throws: `TimeoutError`, or what the body throws. `AwaitError.noTask`.
public func withTimeout<Result>(
  at when: EventLoop.Instant?, fileID: StaticString = #fileID, line: UInt32 = #line,
  isolation: isolated (any Actor)? = #isolation, _ body: (Timeout) async throws -> Result
) async throws -> Result {
  let timer = try await TimeoutTimer.start(
    on: try EventLoop.needed(for: "withTimeout", in: isolation),
    site: Probe.site(fileID, line)
  ) { _ in when }
  return try await timer.limit(body)
}

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

/// Something took longer than it was given.
public struct TimeoutError: Error, Equatable, CustomStringConvertible {
  /// Makes one.
  public init() {}

  /// For people.
  public var description: String { "timed out" }
}
