import Instrumentation

extension AnyAsyncTask {
  /// Asks the task to end: it throws `CancelledError` where it waits, in a later iteration of the
  /// loop.
  ///
  /// If it waits for another task or for a future, that is cancelled, and it wakes because of that.
  ///
  /// - Parameter message: Is carried by the error.
  /// - Returns: False if it had ended already.
  @discardableResult
  public final func cancel(message: String? = nil) -> Bool {
    loop.checkThread()
    guard !isDone else { return false }
    cancelRequests += 1
    cancelMessage = message
    if let nativeAddress = unsafe nativeAddress { unsafe Probe.cancelled(nativeAddress) }
    if let place, place.cancelWait(of: self) { return true }
    mustCancel = true
    reachNativeWait()
    return true
  }

  /// Takes one request back; with the last one also one that was not yet delivered.
  ///
  /// - Returns: How many requests are left.
  @discardableResult
  public final func uncancel() -> Int {
    loop.checkThread()
    if cancelRequests > 0 { cancelRequests -= 1 }
    if cancelRequests == 0 { mustCancel = false }
    return cancelRequests
  }

  // Whatever is ready now has run when this is called: if the request was not delivered by then,
  // the task is suspended where only Swift can reach it.
  private func reachNativeWait() {
    loop.ready.append(
      ReadyItem(
        retaining: Handle(loop) { [self] in
          if mustCancel && !isDone { native?.cancel() }
        }))
  }

  /// Before the body: fails if it was cancelled by then.
  @usableFromInline
  final func begin() throws(CancelledError) {
    try takeCancellation()
  }
}
