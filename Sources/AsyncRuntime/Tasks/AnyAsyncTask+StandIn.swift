// Native tasks (`Task {}`, children of native groups, `async let`) may use the runtime's awaits
// too. A stand-in takes the native task's place in the queues for the time of one wait. It is
// cancelled when the native task is, by Swift's rules: once and for good.
extension AnyAsyncTask {
  func suspendStandIn(isolation: isolated (any Actor)?) async {
    await withTaskCancellationHandler {
      _ = isolation
      await unsafe withUnsafeContinuation { unsafe continuation = $0 }
    } onCancel: {
      // On any thread, and perhaps before the continuation is there.
      loop.callSoonThreadsafe { [self] in
        if let place, place.cancelWait(of: self) { return }
        mustCancel = true
      }
    }
  }
}
