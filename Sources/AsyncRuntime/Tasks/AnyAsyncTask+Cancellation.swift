import AsyncTopBus

extension AnyAsyncTask {
  /// Asks the task to end: it throws `CancelledError` where it waits, in a later iteration of the
  /// loop.
  ///
  /// If it waits for another task or for a future, that is cancelled, and it wakes because of that.
  ///
  /// - Parameter message: Is carried by the error.
  /// - Returns: False if it had ended already. An error that nobody has looked at is then no longer
  ///   reported.
  @discardableResult
  public final func cancel(message: String?) -> Bool {
    loop.checkThread()
    guard !isDone else {
      wasLookedAt = true
      return false
    }
    loop.cancelPasses &+= 1
    var task = self
    while let awaited = task.takeRequest(message) {
      // Tasks that wait for each other, in a circle, would for ever: this breaks it.
      if awaited.cancelPass == loop.cancelPasses {
        awaited.observers.remove(task)
        task.wake(.cancelled)
        break
      }
      task = awaited
    }
    return true
  }

  // Counts a request and ends the wait, if there is one. Returns the task that it waits for, which
  // is to be cancelled instead: not from here, since each may wait for yet another.
  private func takeRequest(_ message: String?) -> AnyAsyncTask? {
    cancelPass = loop.cancelPasses
    if cancelRequests < .max { cancelRequests += 1 }
    // Of requests that come before it runs again, the first has ended the wait, and its message
    // counts.
    if wakeReason != .cancelled { cancelMessage = message }
    if let nativeAddress = unsafe nativeAddress { unsafe Probe.cancelled(nativeAddress) }
    if let place = unsafe place {
      if waitsForTask { return unsafe unsafeDowncast(place, to: AnyAsyncTask.self) }
      if place.cancelWait(of: self) { return nil }
    }
    mustCancel = true
    reachNativeWait()
    return nil
  }

  /// Takes one request back; with the last one also one that was not yet delivered.
  ///
  /// - Returns: How many requests are left.
  @discardableResult
  public final func uncancel() -> Int {
    loop.checkThread()
    if cancelRequests > 0 { cancelRequests -= 1 }
    if cancelRequests == 0 { mustCancel = false }
    return cancelling
  }

  // Whatever is ready now has run when this is called: if the request was not delivered by then,
  // the task is suspended where only Swift can reach it.
  private func reachNativeWait() {
    loop.ready.append(
      ReadyItem(
        retaining: Handle(loop) { [self] in
          guard mustCancel, let nativeAddress = unsafe nativeAddress else { return }
          unsafe unsafeBitCast(nativeAddress, to: Task<Void, Never>.self).cancel()
        }))
  }
}
