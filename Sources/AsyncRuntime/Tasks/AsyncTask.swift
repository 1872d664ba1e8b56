import Instrumentation

/// A task of an event loop, made by `createTask`: what asyncio's `Task` is.
///
/// It is not called that, since Swift's own `Task` works on the same loop and beside it.
///
/// Sendable as its base class is.
public final class AsyncTask<Value: Sendable>: AnyAsyncTask, @unchecked Sendable {
  @usableFromInline final var outcome: Result<Value, any Error>?
  @usableFromInline final var wasLookedAt = false

  /// What it returned, once it has ended.
  ///
  /// - Throws: What it threw; `CancelledError` if it was cancelled. `InvalidStateError` if it has
  ///   not ended.
  @inlinable
  public func result() throws -> Value {
    loop.checkThread()
    wasLookedAt = true
    guard let outcome else { throw InvalidStateError.notDone }
    return try outcome.get()
  }

  /// What it threw, once it has ended; nil if it returned.
  ///
  /// - Throws: `CancelledError` if it was cancelled, `InvalidStateError` if it has not ended.
  public func error() throws -> (any Error)? {
    loop.checkThread()
    wasLookedAt = true
    guard case .failure(let error) = outcome else {
      if outcome == nil { throw InvalidStateError.notDone }
      return nil
    }
    if state == .cancelled { throw error }
    return error
  }

  /// Waits until it has ended.
  ///
  /// Does not suspend if it has.
  ///
  /// If the waiting task is cancelled, this one is, and the wait goes on until it has ended.
  ///
  /// - Throws: What it threw; `CancelledError` if it was cancelled.
  @inlinable
  public nonisolated(nonsending) var value: Value {
    get async throws {
      if outcome == nil { try await waitUntilDone() }
      return try result()
    }
  }

  /// Calls a function when the task has ended, in an iteration after that; also if it has already.
  ///
  /// Functions are called in the order in which they were added.
  ///
  /// - Parameter callback: Gets the task. What it throws goes to the exception handler.
  public func addDoneCallback(_ callback: @escaping (AsyncTask<Value>) throws -> Void) {
    loop.checkThread()
    let handle = Handle(loop) { [self] in try callback(self) }
    if isDone { loop.ready.append(ReadyItem(retaining: handle)) } else { observers.add(handle) }
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

  override func unseenError() -> (any Error)? {
    guard case .failure(let error) = outcome, !wasLookedAt else { return nil }
    wasLookedAt = true
    return error
  }

  deinit {
    guard case .failure(let error) = outcome, state == .threw, !wasLookedAt else { return }
    loop.reportUnseen(error, of: "A task's error was never looked at. Task: \(name).")
  }
}

extension AnyAsyncTask: WaitPlace {
  // Of a task that waits for this one to end.
  func cancelWait(of waiter: Waiter) -> Bool {
    cancel(message: waiter.cancelMessage)
  }
}
