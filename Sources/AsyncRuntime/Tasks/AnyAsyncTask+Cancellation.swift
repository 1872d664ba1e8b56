import AsyncTopBus

extension AnyAsyncTask {
  /// Asks the task to end: it throws `CancellationError` where it waits, in a later iteration of
  /// the loop.
  ///
  /// If it waits for another task or for a future, that is cancelled, and it wakes because of that.
  /// Swift's handlers in it (`withTaskCancellationHandler`) are called before this returns, and
  /// `Task.isCancelled` is true in it from then on.
  ///
  /// - Parameter message: Why: the task has it as its `cancellationMessage`.
  /// - Returns: False if it had ended already. An error that nobody has looked at is then no longer
  ///   reported.
  @discardableResult
  public final func cancel(message: String?) -> Bool {
    loop.checkThread()
    guard !isDone else {
      wasLookedAt = true
      return false
    }
    let others = request(message)
    // Handlers may do anything, such as cancel other tasks.
    tellSwift()
    for task in others { task.tellSwift() }
    return true
  }

  /// The same for a timeout or group around what the task does, which takes the request back.
  ///
  /// For that, Swift's flag is not set and its handlers are not called, unless nothing else reaches
  /// the task.
  final func interrupt() {
    guard !isDone else { return }
    for task in request(cancelMessage) { task.tellSwift() }
    if mustCancel { reachNativeWait() }
  }

  // Has the request counted, here and where the task waits. Returns the other tasks that it has
  // reached.
  private func request(_ message: String?) -> [AnyAsyncTask] {
    loop.registry.beginCancelPass()
    var task = self
    var others: [AnyAsyncTask] = []
    while let awaited = task.takeRequest(message) {
      // Tasks that wait for each other, in a circle, would for ever: this breaks it.
      if awaited.cancelPass == loop.registry.cancelPass {
        awaited.observers.remove(task)
        task.wake(.cancelled)
        break
      }
      others.append(awaited)
      task = awaited
    }
    return others
  }

  private func tellSwift() {
    wasCancelledForGood = true
    cancelInSwift()
  }

  private func cancelInSwift() {
    guard let nativeAddress = unsafe nativeAddress else { return }
    unsafe unsafeBitCast(nativeAddress, to: Task<Void, Never>.self).cancel()
  }

  // Counts a request and ends the wait, if there is one. Returns the task that it waits for, which
  // is to be cancelled instead: not from here, since each may wait for yet another.
  private func takeRequest(_ message: String?) -> AnyAsyncTask? {
    cancelPass = loop.registry.cancelPass
    if cancelRequests < .max { cancelRequests += 1 }
    // Of requests that come before it runs again, the first has ended the wait, and its message
    // counts.
    if !wasEndedByRequest { cancelMessage = message }
    if let nativeAddress = unsafe nativeAddress { unsafe Probe.cancelled(nativeAddress) }
    if let place = unsafe place {
      if waitsForTask {
        wasEndedByRequest = true
        return unsafe unsafeDowncast(place, to: AnyAsyncTask.self)
      }
      if place.cancelWait(of: self) {
        // Unless the wait goes on all the same.
        wasEndedByRequest = !mustCancel
        return nil
      }
    }
    mustCancel = true
    return nil
  }

  /// Takes one request back; with the last one also one that was not yet delivered.
  ///
  /// `Task.isCancelled` stays true: what Swift's handlers have done can't be undone.
  ///
  /// - Returns: How many requests are left.
  @discardableResult
  public final func uncancel() -> Int {
    loop.checkThread()
    if cancelRequests > 0 { cancelRequests -= 1 }
    if cancelRequests == 0 {
      mustCancel = false
      if isFlaggedForNow { takeFlagBack() }
    }
    return cancelling
  }

  // Whatever is ready now has run when this is called: if the request was not delivered by then,
  // the task is suspended where only Swift can reach it.
  private func reachNativeWait() {
    loop.turn.append(
      ReadyItem(
        retaining: Handle(loop) { [self] in
          guard mustCancel, !wasCancelledForGood else { return }
          isFlaggedForNow = true
          cancelInSwift()
        }))
  }

  // What the task does next is not meant by it.
  private func takeFlagBack() {
    isFlaggedForNow = false
    guard !wasCancelledForGood, let nativeAddress = unsafe nativeAddress else { return }
    unsafe NativeTask.uncancel(nativeAddress)
  }
}

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
