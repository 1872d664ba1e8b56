import Instrumentation

/// A task of an event loop, made by `createTask`: what asyncio's `Task` is.
///
/// It is not called that, since Swift's own `Task` works on the same loop and beside it.
///
/// Sendable as its base class is.
public final class AsyncTask<Value: Sendable>: AnyAsyncTask, @unchecked Sendable {
  @usableFromInline final var outcome: Result<Value, any Error>?

  override var failure: (any Error)? {
    if case .failure(let error) = outcome { error } else { nil }
  }

  @inlinable
  func finish(_ outcome: Result<Value, any Error>) {
    // Cancelled, and not suspended since: the request counts, not the value.
    if case .success = outcome, !isCancellationDue {
      self.outcome = outcome
      ended(with: nil)
    } else {
      var error: any Error = dueCancellation
      if case .failure(let thrown) = outcome { error = thrown }
      self.outcome = .failure(error)
      ended(with: error)
    }
  }

  deinit {
    guard state == .threw, let error = unseenError() else { return }
    loop.reportUnseen(error, of: "A task's error was never looked at. Task: \(name).")
  }
}
