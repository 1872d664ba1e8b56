import AsyncTopBus

// What waits comes in two forms. That which returns whether the wait was cancelled costs less:
// `CancellationError` is a type of the standard library's whose size is known at run time only, so
// that every variable for one is allocated, also where none is thrown.
extension Waiter {
  /// Suspends until someone wakes it.
  ///
  /// It must be in its place already.
  ///
  /// - Throws: If it was cancelled while it waited, or after it was woken and before it ran. What
  ///   was granted to it by then is for the caller to pass on: see `wakeReason`.
  @inline(__always)
  nonisolated(nonsending)
    final func wait(
      in place: any WaitPlace, for awaited: Probe.Awaited, _ target: UInt64, at site: UInt32
    ) async throws(CancellationError)
  {
    if await isCancelledWaiting(in: place, for: awaited, target, at: site) {
      throw CancellationError()
    }
  }

  /// The same; returns whether it was cancelled.
  @inline(__always)
  nonisolated(nonsending)
    final func isCancelledWaiting(
      in place: any WaitPlace, for awaited: Probe.Awaited, _ target: UInt64, at site: UInt32
    ) async -> Bool
  {
    if !wokeEarly { unsafe self.place = place }
    Probe.willWait(for: awaited, target, at: site)
    await suspend()
    extendLifetime(place)
    return await isCancelledGoingOn()
  }

  /// The same in a place that belongs to a loop, and who waits there goes on with what does too.
  ///
  /// On another thread, where its actor may have taken it, it must not: that ends the program.
  @inline(__always)
  nonisolated(nonsending)
    final func wait(
      in place: any WaitPlace, of loop: EventLoop, for awaited: Probe.Awaited, _ target: UInt64,
      at site: UInt32
    ) async throws(CancellationError)
  {
    if !wokeEarly { unsafe self.place = place }
    Probe.willWait(for: awaited, target, at: site)
    await suspend()
    extendLifetime(place)
    loop.checkThread()
    if takesCancellation() { throw CancellationError() }
  }

  /// Before a wait: if a request to cancel came while the task ran, the wait ends with it at once,
  /// that is in the next iteration.
  @inline(__always)
  nonisolated(nonsending)
    final func refuseIfCancelled() async throws(CancellationError)
  {
    if await isCancelledBefore() { throw CancellationError() }
  }

  /// The same; returns whether there was a request.
  @inline(__always)
  nonisolated(nonsending)
    final func isCancelledBefore() async -> Bool
  {
    wakeReason = .none
    guard mustCancel else { return false }
    await refuse()
    return true
  }

  nonisolated(nonsending)
    private func refuse() async
  {
    // From here on it can't be taken back.
    mustCancel = false
    if runNext() { await suspend() }
    _ = await isCancelledGoingOn()
  }

  @inline(__always)
  nonisolated(nonsending)
    final func suspend() async
  {
    if unsafe continuation != nil { EventLoop.refuse("a task waits in two places at once") }
    if isStandIn {
      await asStandIn.suspend(isolation: #isolation)
    } else if wokeEarly {
      wokeEarly = false
      Probe.willNotWait()
    } else {
      resumesOnMainActor = isMainActor(#isolation)
      // The form that does not go to its caller's actor first, where it is already.
      await unsafe _unsafeInheritExecutor_withUnsafeContinuation { unsafe continuation = $0 }
    }
  }

  /// Has it run in the next iteration of its loop, if it has one.
  @discardableResult
  final func runNext() -> Bool {
    guard let loop = isStandIn ? asStandIn.loop : asTask.loop else { return false }
    loop.turn.append(ReadyItem(waiting: self))
    return true
  }

  /// After a wait, wherever that has left it: returns whether a request to cancel is due.
  @inline(__always)
  nonisolated(nonsending)
    final func isCancelledGoingOn() async -> Bool
  {
    if isStandIn || asTask.loop.isOnThread { return takesCancellation() }
    return await isCancelledElsewhere()
  }

  nonisolated(nonsending)
    private func isCancelledElsewhere() async -> Bool
  {
    await asTask.loop.atHome { takesCancellation() }
  }

  /// Takes the request to cancel that is due, if one is.
  final func takesCancellation() -> Bool {
    wasEndedByRequest = false
    guard mustCancel || wakeReason == .cancelled else { return false }
    mustCancel = false
    if wakeReason == .cancelled { wakeReason = .none }
    return true
  }
}

// MARK: Waking

extension Waiter {
  /// Makes it ready, on the thread of its loop.
  final func wake(_ reason: WakeReason) {
    wakeReason = reason
    resume()
  }

  /// Makes it ready, from any thread, once it was taken out of its list; the reason is set.
  ///
  /// A task of a loop on another thread costs one atomic push, and a system call if the loop
  /// sleeps.
  @inline(__always)
  final func wakeFromAnyThread() {
    if isStandIn || asTask.loop.isOnThread {
      resume()
    } else {
      asTask.loop.inbox.push(ReadyItem(waiting: self))
    }
  }

  /// Makes it ready; the reason is set.
  ///
  /// Between taking its place and suspending a task may be moved to another executor. If it is
  /// woken by then it does not suspend.
  final func resume() {
    if isStandIn {
      asStandIn.resumeNative()
      return
    }
    unsafe place = nil
    waitsForTask = false
    guard let resumed = unsafe continuation else {
      if hasEndedElsewhere { asTask.endHandedOver() } else { wokeEarly = true }
      return
    }
    unsafe continuation = nil
    let loop = asTask.loop
    loop.turn.resumesOnMainActor = resumesOnMainActor
    unsafe resumed.resume()
    loop.turn.resumesOnMainActor = false
  }
}

private let mainActor = ObjectIdentifier(MainActor.shared)

@inline(__always)
func isMainActor(_ actor: (any Actor)?) -> Bool {
  actor.map { ObjectIdentifier($0) } == mainActor
}
