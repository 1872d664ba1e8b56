public import AsyncTopBus

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

extension AsyncTask: Awaitable {
  /// Itself.
  public func scheduled(isolation: isolated (any Actor)?) -> AsyncTask<Value> { self }

  /// What it returned, once it has ended.
  ///
  /// - Throws: What it threw; `CancellationError` if it was cancelled. `InvalidStateError` if it
  ///   has not ended.
  @inlinable
  public func result() throws -> Value {
    loop.checkThread()
    guard isDone else { throw InvalidStateError.notDone }
    wasLookedAt = true
    if let failure { throw failure }
    guard let returned else { refuseNoOutcome() }
    return returned
  }

  /// Waits until it has ended.
  ///
  /// Does not suspend if it has.
  ///
  /// If the waiting task is cancelled, this one is, and the wait goes on until it has ended.
  ///
  /// - Throws: What it threw; `CancellationError` if it was cancelled. `AwaitError` where it can't
  ///   be awaited.
  @inlinable
  public nonisolated(nonsending) var value: Value {
    get async throws {
      if !isKnownDone { try await waitUntilDone(at: 0) }
      return isOnLoop ? try result() : try await resultElsewhere()
    }
  }

  /// Waits until it has ended, as `value` does.
  ///
  /// asynctop then knows the line; of `value` it knows the function that goes on.
  ///
  /// - Returns: What it returned.
  /// - Throws: What it threw; `CancellationError` if it was cancelled. `AwaitError` where it can't
  ///   be awaited.
  @inlinable
  public nonisolated(nonsending) func value(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> Value {
    if !isKnownDone { try await waitUntilDone(at: Probe.site(fileID, line)) }
    return isOnLoop ? try result() : try await resultElsewhere()
  }

  // For an actor on another thread.
  @usableFromInline
  nonisolated(nonsending)
    func resultElsewhere() async throws -> Value
  {
    try await loop.atHome { try self.result() }
  }
}
