import AsyncTopBus
import Synchronization

/// Takes a native task's place in the runtime's queues for the time of one wait.
///
/// Native tasks (`Task {}`, children of native groups, `async let`) may use the runtime's awaits
/// too. They are cancelled by Swift's rules: once and for good.
///
/// Sendable:
/// 1. `place` is set before the wait, and stays alive with this: who cancels may come late. Of a
///    place that belongs to a loop, the wait is cancelled on the loop's thread; of any other, on
///    the thread that cancels the native task.
/// 2. `state` is where the thread that wakes it and the one that suspends it meet: who comes second
///    resumes the native task.
final class StandIn: Waiter, @unchecked Sendable {
  /// To which the place belongs; nil if it belongs to none.
  let loop: EventLoop?
  let taskID = Probe.currentTask
  private var keptPlace: (any WaitPlace)?
  // 0: not suspended yet. `woken`: no need to. Else the continuation, until that is resumed.
  private let state = Atomic<UInt>(0)
  private static let woken: UInt = 1

  init(on loop: EventLoop?) {
    self.loop = loop
    super.init(isStandIn: true)
    mustCancel = Task.isCancelled
  }

  func suspend(isolation: isolated (any Actor)?) async {
    unsafe keptPlace = place
    // What was done before the wake is seen from here on.
    defer { _ = state.exchange(0, ordering: .acquiring) }
    guard state.load(ordering: .acquiring) == 0 else {
      Probe.willNotWait()
      return
    }
    if keptPlace is UncancellablePlace {
      await unsafe withUnsafeContinuation { unsafe isSuspended($0) }
      return
    }
    await withTaskCancellationHandler {
      _ = isolation
      await unsafe withUnsafeContinuation { unsafe isSuspended($0) }
    } onCancel: {
      // On any thread, and perhaps before the continuation is there.
      if let loop {
        loop.callSoonThreadsafe { [self] in
          if let keptPlace, keptPlace.cancelWait(of: self) { return }
          mustCancel = true
        }
      } else {
        _ = keptPlace?.cancelWait(of: self)
      }
    }
  }

  private func isSuspended(_ continuation: UnsafeContinuation<Void, Never>) {
    let bits = unsafe unsafeBitCast(continuation, to: UInt.self)
    let (isFirst, _) = state.compareExchange(
      expected: 0, desired: bits, ordering: .acquiringAndReleasing)
    if !isFirst { unsafe continuation.resume() }
  }

  func resumeNative() {
    let bits = state.exchange(Self.woken, ordering: .acquiringAndReleasing)
    guard bits > Self.woken else { return }
    unsafe unsafeBitCast(bits, to: UnsafeContinuation<Void, Never>.self).resume()
  }
}
