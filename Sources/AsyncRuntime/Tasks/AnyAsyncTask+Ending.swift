import AsyncTopBus

extension AnyAsyncTask: Waitable {
  /// Whether it ended with an error other than that of a cancellation.
  public final var hasThrown: Bool { state == .threw }

  /// The error it has ended with, once it has; nil if it returned.
  ///
  /// - Throws: `CancellationError` if it was cancelled, `InvalidStateError` if it has not ended.
  public final func error() throws -> (any Error)? {
    loop.checkThread()
    if state == .pending { throw InvalidStateError.notDone }
    wasLookedAt = true
    guard let failure else { return nil }
    if state == .cancelled { throw failure }
    return failure
  }

  /// Has a handle told when it has ended; see `Waitable`.
  public final func _attach(_ handle: Handle) -> Int {
    loop.checkThread()
    return observers.add(handle)
  }

  /// Takes a handle out; see `Waitable`.
  public final func _detach(_ handle: Handle, _ token: Int) -> Bool {
    loop.checkThread()
    guard observers.remove(handle, token) else { return false }
    ReadyItem.release(handle)
    return true
  }

  @usableFromInline
  final func finish(throwing error: any Error) {
    failure = error
    if isOnLoop { ended(with: error) } else { handOverEnd() }
  }

  /// Its body has ended on another thread, where its actor ran it: the loop does the rest.
  ///
  /// In the inbox as a waiter, since those are not refused after the loop was closed.
  @usableFromInline
  final func handOverEnd() {
    hasEndedElsewhere = true
    // By its address the loop knows it until then, so no other task may get that.
    endedNative = unsafe NativeTask.current.map {
      unsafe unsafeBitCast($0, to: Task<Void, Never>.self)
    }
    _ = unsafe Unmanaged.passRetained(self)
    loop.inbox.push(ReadyItem(waiting: self))
  }

  /// The rest, on the loop's thread.
  final func endHandedOver() {
    // What becomes ready because of it has its turn later.
    loop.turn.expectNoJob()
    if failure == nil, isCancellationDue { failure = CancellationError() }
    ended(with: failure)
    endedNative = nil
    unsafe Unmanaged.passUnretained(self).release()
  }

  // Its outcome is known.
  @usableFromInline
  final func ended(with error: (any Error)?) {
    switch error {
    case nil: state = .returned
    case is CancellationError: state = .cancelled
    default: state = .threw
    }
    loop.registry.remove(self)
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
    guard loop.isRunningHere else { return try await waitElsewhere(at: site) }
    let waiter = loop.waiter()
    if waiter === self { throw AwaitError.itself }
    waiter.wakeReason = .none
    observers.add(waiter)
    if waiter.isStandIn {
      // Being cancelled is passed on when it is suspended.
      waiter.mustCancel = false
    } else {
      waiter.waitsForTask = true
      if waiter.mustCancel { passOnRequest(of: waiter) }
    }
    do {
      try await waiter.wait(in: self, for: .task, nativeID, at: site)
    } catch {
      // Of several requests the first has ended this: its error is the result.
      guard state == .cancelled else { throw error }
    }
  }

  // One that came before the wait: as if it came now.
  private func passOnRequest(of waiter: Waiter) {
    waiter.mustCancel = false
    unsafe waiter.place = self
    cancel(message: waiter.cancelMessage)
  }

  // For a task of the same loop that its actor has taken to another thread.
  nonisolated(nonsending)
    private func waitElsewhere(at site: UInt32) async throws
  {
    guard EventLoop.ofCurrentTask === loop, !loop.isOnThread else { throw AwaitError.otherLoop }
    try await loop.atHome {
      if !self.isDone { try await self.waitUntilDone(at: site) }
    }
  }
}
