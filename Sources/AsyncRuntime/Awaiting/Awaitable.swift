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
  /// - Parameter isolation: Where the caller is.
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
