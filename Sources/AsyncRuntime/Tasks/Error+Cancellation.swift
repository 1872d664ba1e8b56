/// asyncio's name for the error of a cancellation, which is Swift's own: `CancellationError`.
///
/// It is thrown where a cancelled task waits, in the runtime's awaits as in Swift's, and by
/// awaiting what was cancelled. It may be caught: the task goes on, and the request stays counted
/// until `uncancel()`. Code that catches every error should throw this one on. The message of a
/// request is not in it, but in the task's or future's `cancellationMessage`.
public typealias CancelledError = CancellationError

extension Error {
  /// Whether it says that something was cancelled.
  public var isCancellation: Bool { self is CancellationError }
}
