public import AsyncTopBus

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
