import AsyncTopBus
import AsyncTopLinux

/// A task of an event loop, whatever its value: what asyncio's `Task` is, on a Swift task.
///
/// Cancellation is asyncio's, and Swift's hears of it. A request is counted, may carry a message,
/// and is delivered once, as a `CancellationError` thrown by the await in which the task is
/// suspended, or the next one of the runtime's in which it would suspend. The task may catch the
/// error and go on, and `uncancel()` takes a request back.
///
/// A request from outside (`cancel()`, a group that ends, a runner that closes) also cancels the
/// native task underneath: its children end, its `withTaskCancellationHandler`s are called, and
/// `Task.isCancelled` is true from then on, also after `uncancel()`. What waits in one of Swift's
/// own awaits (`Task.sleep`, a native group, an `async let`) ends so, and the request is also
/// delivered at the runtime's next await, unless the task ends before.
///
/// A timeout, or a group that ends its own body, takes its request back, so Swift hears nothing of
/// it. Only if the task has not come to one of the runtime's awaits within an iteration of the
/// loop, and so can't be reached in another way, it is cancelled as from outside, and
/// `Task.isCancelled` is false again when the request is taken back.
///
/// Sendable: `loop` never changes, nor do `site` and, once it has begun, `number`; everything else
/// belongs to the loop's thread, which every public entry point but `name` and `id` checks. A body
/// that its actor has taken to another thread comes back to it, see `LoopActor`, or hands its end
/// over. The name changes on the loop's thread and the context where the task runs, under
/// `guarding`, as they are read anywhere else. Nothing is called while one
/// of them is changed, so Swift need not check at run time that no two accesses overlap.
@safe
public class AnyAsyncTask: _Waiter, @unchecked Sendable {
  /// The loop it runs on.
  public let loop: EventLoop
  @safe @exclusivity(unchecked) final var givenName: String?
  // 0 until it begins, if it was created on another thread than the loop's.
  @safe @exclusivity(unchecked) private var number: UInt64 = 0

  // The native task underneath, until this one has ended, and so alive.
  @exclusivity(unchecked) var nativeAddress: UnsafeRawPointer?
  @safe @exclusivity(unchecked) var nativeID: UInt64 = 0
  // From when it has ended on another thread until the loop hears of it.
  @safe @exclusivity(unchecked) var endedNative: Task<Void, Never>?

  @safe @exclusivity(unchecked) final var context: Context
  @safe @exclusivity(unchecked) var cancelRequests: Int32 = 0
  // A request from outside was made, of which Swift's flag and handlers know.
  @safe @exclusivity(unchecked) final var wasCancelledForGood = false
  // Swift's flag is set for a request that will be taken back.
  @safe @exclusivity(unchecked) final var isFlaggedForNow = false
  // The last request that has passed through it.
  @safe @exclusivity(unchecked) var cancelPass: UInt32 = 0
  // Where it was created, if the probe was on.
  @safe @exclusivity(unchecked) final var site: UInt32 = 0

  // The loop's and the group's lists.
  @exclusivity(unchecked) final var nextInLoop: Unmanaged<AnyAsyncTask>?
  @exclusivity(unchecked) final var previousInLoop: Unmanaged<AnyAsyncTask>?
  @exclusivity(unchecked) unowned(unsafe) var nextInGroup: AnyAsyncTask?
  @exclusivity(unchecked) unowned(unsafe) var previousInGroup: AnyAsyncTask?
  @safe @exclusivity(unchecked) var group: AsyncTaskGroup?
  // Whether it was created on another thread, and is in the group when it begins.
  @safe @exclusivity(unchecked) var joinsGroup = false
  // Whether it waits before it begins until the group has room for it, and whether it has had that.
  @safe @exclusivity(unchecked) @usableFromInline final var needsTurn = false
  @safe @exclusivity(unchecked) final var hasTurn = false

  @safe @exclusivity(unchecked) final var observers = Observers()
  @safe @exclusivity(unchecked) @usableFromInline final var wasLookedAt = false
  @safe @exclusivity(unchecked) final var wasReported = false
  // What it threw, once it has ended.
  @safe @exclusivity(unchecked) @usableFromInline final var failure: (any Error)?
  /// Where it is in its life.
  @safe @exclusivity(unchecked) public internal(set) final var state = State.pending

  /// Where a task is in its life.
  public enum State: Sendable {
    /// It has not ended.
    case pending
    /// It returned a value.
    case returned
    /// It threw an error.
    case threw
    /// It ended with `CancellationError`.
    case cancelled
  }

  @usableFromInline
  init(loop: EventLoop, name: String?) {
    self.loop = loop
    givenName = name
    if loop.isOnThread {
      number = loop.registry.nextNumber()
      context = loop.inheritedContext
    } else {
      context = Context.current
    }
    super.init(isStandIn: false)
  }

  // Another one in the place of a task that has failed and is let go of, for who is told of that.
  init(inPlaceOf task: AnyAsyncTask) {
    loop = task.loop
    givenName = task.givenName
    number = task.number
    nativeID = task.nativeID
    context = task.context
    cancelRequests = task.cancelRequests
    site = task.site
    wasLookedAt = true
    failure = task.failure
    state = task.state
    super.init(isStandIn: false)
  }

  /// It begins, and nobody knows it yet: it was created eagerly, or on another thread.
  final func introduce(_ native: UnsafeRawPointer) throws(AsyncTaskGroupClosed) {
    if number == 0 { number = loop.registry.nextNumber() }
    unsafe loop.registry.add(self, on: native)
    if joinsGroup {
      joinsGroup = false
      try group?.join(self)
    }
  }

  /// What people call it: the name it was given, else `Task-` and a number.
  ///
  /// Can be changed, and asynctop shows the change.
  public final var name: String {
    get {
      let given = loop.isOnThread ? givenName : Self.guarding.withLock { givenName }
      return given ?? "Task-\(number)"
    }
    set {
      loop.checkThread()
      Self.guarding.withLock { givenName = newValue }
      if let nativeAddress = unsafe nativeAddress {
        unsafe Probe.named(nativeAddress, newValue)
      }
    }
  }

  /// The Swift runtime's id of the task underneath, by which asynctop knows it; 0 until it was
  /// created.
  public final var id: UInt64 { nativeID }

  /// The values of all context variables as they are in the task: a copy.
  public final func copyContext() -> Context {
    loop.checkThread()
    return guardedContext
  }

  /// The context, for who is not the task itself.
  final var guardedContext: Context { Self.guarding.withLock { context } }

  /// What the task itself makes of its context, wherever it runs.
  final func setContext(_ newValue: Context) {
    let former = Self.guarding.withLock {
      defer { context = newValue }
      return context
    }
    // Its values are somebody else's: they are let go of outside of the guard.
    withExtendedLifetime(former) {}
  }

  // While a name or a context changes, and is read on another thread.
  private static let guarding = SpinLock()

  /// Whether it has ended, in whatever way.
  public final var isDone: Bool { state != .pending }

  /// Whether it ended because it was cancelled.
  public final var isCancelled: Bool { state == .cancelled }

  /// How many requests to cancel it have not been taken back.
  public final var cancelling: Int { Int(cancelRequests) }

  @usableFromInline final var isOnLoop: Bool {
    @inline(__always) get { loop.isOnThread }
  }

  // Asked for on a wrong thread it is not known.
  @usableFromInline final var isKnownDone: Bool { loop.isOnThread && state != .pending }

  @usableFromInline final var isCancellationDue: Bool { mustCancel }

  /// The message of the latest request to cancel it: of several that come before it has run again,
  /// the first.
  public final var cancellationMessage: String? {
    loop.checkThread()
    return cancelMessage
  }
}

extension AnyAsyncTask: Hashable {
  /// Whether both are the same task.
  public static func == (left: AnyAsyncTask, right: AnyAsyncTask) -> Bool { left === right }

  /// Feeds its identity.
  public final func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(self))
  }
}

extension AnyAsyncTask: CustomStringConvertible {
  /// For people: its type, name and id, and on its loop's thread what it does and how many wait for
  /// it, as in `AsyncTask<Int> “reader” 7, waits for a timer that fires in 2.0 seconds`.
  public final var description: String {
    let identity = "\(type(of: self)) “\(name)” \(id)"
    guard loop.isOnThread else { return identity }
    let waiting = observers.count == 0 ? "" : ", \(observers.count) waiting for it"
    return "\(identity), \(stateInWords)\(waiting)"
  }

  private var stateInWords: String {
    switch state {
    case .returned: "returned"
    case .threw: "threw \(failure.map { "\($0)" } ?? "")"
    case .cancelled: cancelMessage.map { "cancelled: \($0)" } ?? "cancelled"
    case .pending:
      if self === loop.current {
        "runs"
      } else if let waitsFor = TaskSighting(self).waitsFor {
        "waits for \(waitsFor)"
      } else {
        "ready"
      }
    }
  }
}
