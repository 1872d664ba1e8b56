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
