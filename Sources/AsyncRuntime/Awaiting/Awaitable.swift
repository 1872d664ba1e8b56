import AsyncTopBus

/// What can be awaited: an `AsyncTask`, a `Future`, or a `Coroutine` that has not begun.
///
/// `gather`, `waitFor`, `shield` and `asCompleted` take any of them.
public protocol Awaitable<Value>: AnyObject, Sendable {
  /// What it gives.
  associatedtype Value: Sendable

  /// What it is once it has begun: itself, or a coroutine's task.
  associatedtype Scheduled: Waitable

  /// Begins it, if it has not.
  ///
  /// - Returns: Itself, or the task that a coroutine has become.
  func scheduled(isolation: isolated (any Actor)?) -> Scheduled

  /// What it gave, once it has ended.
  ///
  /// - Throws: What it threw; `CancellationError` if it was cancelled. `InvalidStateError` if it
  ///   has not ended.
  func result() throws -> Value

  /// Waits until it has ended.
  ///
  /// Does not suspend if it has. Says where the caller is; apart from that it is as `value` is.
  ///
  /// - Returns: What it gave.
  /// - Throws: What it threw; `CancellationError` if it was cancelled.
  nonisolated(nonsending) func value(fileID: StaticString, line: UInt32) async throws -> Value
}

/// The task or future that stands for an awaitable: itself, or for a coroutine the task that it
/// becomes.
///
/// - Parameter awaitable: A coroutine that has been made a task already stands for that.
/// - Returns: The task or future.
public func ensureFuture<A: Awaitable>(
  _ awaitable: A, isolation: isolated (any Actor)? = #isolation
) -> A.Scheduled {
  awaitable.scheduled(isolation: isolation)
}

extension Awaitable {
  // With no time it is not begun, and what runs already is cancelled.
  fileprivate nonisolated(nonsending) func valueNow(
    on loop: EventLoop, at site: UInt32
  ) async throws -> Value {
    let future = scheduled(isolation: #isolation)
    if !future.isDone {
      if future.loop !== loop { throw AwaitError.otherLoop }
      future.cancel()
      try await Selection(loop, of: [future], until: .allCompleted, site: site).run(timeout: nil)
    }
    do {
      return try result()
    } catch  where error.isCancellation {
      throw TimeoutError()
    }
  }
}

/// Waits for something for a limited time.
///
/// When the time is over it is cancelled, and the wait goes on until it has really ended. If it
/// returns a value all the same, that is returned; if it throws another error than that of the
/// cancellation, that is thrown. A coroutine runs inside of the waiting task. If that is cancelled,
/// what it waits for is.
///
/// - Parameters:
///   - awaitable: A task, future or coroutine. If the time is none or less, a coroutine does not
///     begin; the value of what has ended is returned in any case.
///   - timeout: How long; nil for no limit.
/// - Returns: Its value.
/// - Throws: `TimeoutError`, or what it throws. `CancellationError`, `AwaitError`.
@discardableResult
public nonisolated(nonsending) func waitFor<A: Awaitable>(
  _ awaitable: A, timeout: Duration?, fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> A.Value {
  guard let timeout else { return try await awaitable.value(fileID: fileID, line: line) }
  let loop = try EventLoop.needed(for: "waitFor", in: #isolation)
  guard loop.isHome(#isolation) else {
    return try await loop.atHome {
      try await waitFor(awaitable, timeout: timeout, fileID: fileID, line: line)
    }
  }
  let site = Probe.site(fileID, line)
  guard timeout > .zero else { return try await awaitable.valueNow(on: loop, at: site) }
  let timer = try TimeoutTimer(loop, at: loop.now.advanced(by: timeout), site: site)
  do {
    let value = try await awaitable.value(fileID: fileID, line: line)
    timer.end()
    return value
  } catch {
    throw timer.end(error)
  }
}

/// Not there: a call begins at once, and a body has `withTimeout`.
///
/// - Parameters:
///   - value: Give a task, a future or `coroutine { … }`.
///   - timeout: For those.
/// - Returns: Nothing.
/// - Throws: Nothing.
@available(
  *, unavailable,
  message: """
    waitFor(task, timeout: .seconds(1)) takes a task, a future or coroutine { … }; a body: \
    withTimeout(.seconds(1)) { … }
    """
)
@_disfavoredOverload
public func waitFor<Value>(_ value: Value, timeout: Duration?) async throws -> Value { value }

/// Not there: a body has `withTimeout`.
///
/// - Parameters:
///   - timeout: Give it to `withTimeout`.
///   - body: Give it to `withTimeout`.
/// - Returns: Nothing.
/// - Throws: Nothing.
@available(*, unavailable, message: "a body's time is limited by withTimeout(.seconds(1)) { … }")
public func waitFor<Value>(
  timeout: Duration?, _ body: () async throws -> Value
) async throws -> Value {
  try await body()
}

/// Something was awaited where or how that can't work.
@nonexhaustive
public enum AwaitError: Error, CustomStringConvertible {
  /// A task waits for itself.
  case itself
  /// A task or future is awaited that belongs to another loop than the one on this thread.
  case otherLoop
  /// No event loop runs here, nor is what asks a task of one.
  case noLoop(String)
  /// Only a task of the runtime's can do this: not a callback, nor one of Swift's native tasks.
  case noTask(String)
  /// A coroutine runs once, and this one was awaited before, or closed.
  case coroutineReused

  /// For people.
  public var description: String {
    switch self {
    case .itself: "a task can't wait for itself"
    case .otherLoop:
      "a task or future is awaited on its own loop; from elsewhere, see runCoroutineThreadsafe"
    case .noLoop(let call): "\(call) needs a running event loop; see run(_:) and Runner.run(_:)"
    case .noTask(let call): "\(call) must run in a task of the runtime's; see createTask"
    case .coroutineReused: "a coroutine runs once, and this one was awaited before or closed"
    }
  }
}
