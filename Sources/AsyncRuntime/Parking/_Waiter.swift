import Synchronization

/// Who waits: a task of a loop, or a stand-in that takes a native task's place for one wait.
///
/// Nothing for programs: the base class of `AnyAsyncTask`, which is what they see of it.
///
/// Sendable:
/// 1. The links and `list` belong to whoever guards the list of waiters it is in.
/// 2. `wakeReason` is the waiter's own, but from when it is in a list until it goes on: then it
///    belongs to who guards the list, and after that to who took it out, who wakes it. Its loop
///    may look meanwhile whether it is `cancelled`, which only the loop says.
/// 3. `nextInInbox` belongs to the thread that has taken it out of a list, then to its loop's.
/// 4. Everything else of a task is touched only on the thread of its loop. `StandIn` says what
///    holds for a stand-in.
/// 5. Nothing is called while one of them is changed, so Swift need not check at run time that no
///    two accesses overlap.
@safe
public class _Waiter: @unchecked Sendable {
  // What each wait touches comes first, so that it lies together.
  @exclusivity(unchecked) final var nextInList: Unmanaged<Waiter>?
  @exclusivity(unchecked) final var previousInList: Unmanaged<Waiter>?
  // The list of those that wait for the same; 0 if it is in none. See `WaiterList`.
  @safe @exclusivity(unchecked) final var list: UInt8 = 0
  private final let lastWakeReason = Atomic(WakeReason.none)
  @safe @exclusivity(unchecked) final var wokeEarly = false
  // Whether its suspended function is isolated to the main actor.
  @safe @exclusivity(unchecked) final var resumesOnMainActor = false
  final let isStandIn: Bool
  @safe @exclusivity(unchecked) final var mustCancel = false
  // By a request to cancel, since which it has not run.
  @safe @exclusivity(unchecked) final var wasEndedByRequest = false
  // While it waits for another task, which then is its place.
  @safe @exclusivity(unchecked) final var waitsForTask = false
  // Its body has ended on another thread, and the loop is to hear of it.
  @safe @exclusivity(unchecked) final var hasEndedElsewhere = false
  @exclusivity(unchecked) final var continuation: UnsafeContinuation<Void, Never>?
  // Its suspended function keeps it alive.
  @exclusivity(unchecked) final unowned(unsafe) var place: (any WaitPlace)?

  @safe @exclusivity(unchecked) final var nextInInbox: UInt = 0
  @safe @exclusivity(unchecked) final var timer = TimerWheel.ID.none
  @safe @exclusivity(unchecked) final var cancelMessage: String?

  /// Why a wait has ended.
  enum WakeReason: UInt8, AtomicRepresentable {
    case none
    /// What it waited for may have happened.
    case woken
    /// What it waited for was given to it.
    case granted
    case cancelled
  }

  init(isStandIn: Bool) {
    self.isStandIn = isStandIn
  }

  /// Who waits, if what runs now is about to: a task of the loop that runs on this thread, or else
  /// a stand-in that needs no loop.
  ///
  /// Nil for a task of a loop's that its actor has taken to another thread: it waits `atHome`.
  static var current: Waiter? {
    if let task = EventLoop.withRunning({ $0.current }) { return task }
    return EventLoop.taskElsewhere == nil ? StandIn(on: nil) : nil
  }

  /// Runs a body on the loop of the task that runs now, for which `current` is nil.
  nonisolated(nonsending)
    static func atHome<Result: Sendable, Failure: Error>(
      _ body: nonisolated(nonsending) @Sendable () async throws(Failure) -> Result
    ) async throws(Failure) -> Result
  {
    guard let loop = EventLoop.ofCurrentTask else { EventLoop.refuseWithoutLoop("a wait") }
    return try await loop.atHome(body)
  }

  final var wakeReason: WakeReason {
    @inline(__always) get { lastWakeReason.load(ordering: .relaxed) }
    @inline(__always) set { lastWakeReason.store(newValue, ordering: .relaxed) }
  }

  /// By which asynctop knows it; 0 if it does not.
  final var reportedID: UInt64 {
    isStandIn ? asStandIn.taskID : asTask.nativeID
  }

  final var asTask: AnyAsyncTask {
    @inline(__always) get { unsafe unsafeDowncast(self, to: AnyAsyncTask.self) }
  }

  final var asStandIn: StandIn {
    @inline(__always) get { unsafe unsafeDowncast(self, to: StandIn.self) }
  }
}

typealias Waiter = _Waiter

/// Where one can wait: a waiter can be fetched from there when it is cancelled.
protocol WaitPlace: AnyObject, SendableMetatype {
  /// Ends a wait because the waiter is cancelled. Either wakes it as cancelled, or cancels what it
  /// waits for so that it wakes because of that.
  ///
  /// - Returns: False if there is nothing to end, since what it waits for has happened already.
  func cancelWait(of waiter: Waiter) -> Bool
}

/// Where a wait ends only with what is waited for: a request to cancel stays due until then.
final class UncancellablePlace: WaitPlace, Sendable {
  static let shared = UncancellablePlace()

  private init() {}

  func cancelWait(of waiter: Waiter) -> Bool {
    waiter.mustCancel = true
    return true
  }
}
