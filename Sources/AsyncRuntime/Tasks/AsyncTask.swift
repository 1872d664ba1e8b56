import AsyncTopBus

/// A task of an event loop, made by `createTask`: what asyncio's `Task` is.
///
/// It is not called that, since Swift's own `Task` works on the same loop and beside it.
///
/// Sendable as its base class is.
public final class AsyncTask<Value: Sendable>: AnyAsyncTask, @unchecked Sendable {
  // Not a `Result`, whose type Swift would have to look up whenever a task is let go of.
  @usableFromInline @safe @exclusivity(unchecked) final var returned: Value?

  @inlinable
  func finish(returning value: Value) {
    guard isOnLoop else {
      returned = value
      handOverEnd()
      return
    }
    // Cancelled, and not suspended since: the request counts, not the value.
    if isCancellationDue {
      finish(throwing: CancellationError())
    } else {
      returned = value
      ended(with: nil)
    }
  }

  @usableFromInline
  func refuseNoOutcome() -> Never {
    EventLoop.refuse("the task “\(name)” has ended, and has neither a value nor an error")
  }

  deinit {
    guard state == .threw, let error = unseenError() else { return }
    loop.reportUnseen(
      error, of: "A task's error was never looked at.", task: AsyncTask(inPlaceOf: self))
  }
}
