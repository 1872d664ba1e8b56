import Instrumentation

extension AnyAsyncTask: Waitable {
  /// Whether it ended with an error other than that of a cancellation.
  public final var hasThrown: Bool { state == .threw }

  /// The error it has ended with, once it has; nil if it returned.
  ///
  /// - Throws: `CancelledError` if it was cancelled, `InvalidStateError` if it has not ended.
  public final func error() throws -> (any Error)? {
    loop.checkThread()
    if state == .pending { throw InvalidStateError.notDone }
    wasLookedAt = true
    guard let failure else { return nil }
    if state == .cancelled { throw failure }
    return failure
  }

  /// Has a handle told when it has ended; see `Waitable`.
  public final func attach(_ handle: Handle) -> Int { observers.add(handle) }

  /// Takes a handle out; see `Waitable`.
  public final func detach(_ handle: Handle, _ token: Int) -> Bool {
    guard observers.remove(handle, token) else { return false }
    ReadyItem.release(handle)
    return true
  }

  @usableFromInline
  final func finish(throwing error: any Error) {
    failure = error
    ended(with: error)
  }

  // Its outcome is known.
  @usableFromInline
  final func ended(with error: (any Error)?) {
    switch error {
    case nil: state = .returned
    case is CancelledError, is CancellationError: state = .cancelled
    default: state = .threw
    }
    loop.remove(self)
    observers.takeAll().tell(of: self)
    if state == .threw, let error, error is any StopError, loop.end(with: error) {
      wasLookedAt = true
    }
    guard let group else { return }
    self.group = nil
    wasLookedAt = true
    group.childEnded(self, state == .threw ? error : nil)
  }

  // The error it ended with, if nobody has looked at it; counts as looking.
  final func unseenError() -> (any Error)? {
    guard !wasLookedAt, state == .threw else { return nil }
    wasLookedAt = true
    return failure
  }
}

extension AnyAsyncTask: WaitPlace {
  // Of a native task that waits for this one to end; tasks of the runtime's pass requests on
  // themselves.
  func cancelWait(of waiter: Waiter) -> Bool {
    cancel(message: waiter.cancelMessage)
  }

  /// Waits until this task has ended, in the task that runs.
  @usableFromInline
  nonisolated(nonsending)
    final func waitUntilDone(at site: UInt32) async throws
  {
    guard loop.isOnThread else { throw AwaitError.otherLoop }
    let waiter = loop.waiter()
    if waiter === self { throw AwaitError.itself }
    try await waiter.refuseIfCancelled()
    // Refusing takes an iteration, in which it may have ended.
    guard !isDone else { return }
    observers.add(waiter)
    if waiter.isStandIn {
      try await waiter.wait(in: self, for: .task, nativeID, at: site)
    } else {
      let task = waiter.asTask
      task.waitsForTask = true
      defer { task.waitsForTask = false }
      try await task.wait(in: self, for: .task, nativeID, at: site)
    }
  }
}
