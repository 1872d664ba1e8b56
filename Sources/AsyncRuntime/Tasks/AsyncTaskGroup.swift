public import AsyncTopBus
import Synchronization

/// Tasks that end together: what asyncio's `TaskGroup` is, made by `withAsyncTaskGroup`.
///
/// Sendable: belongs to its loop's thread, which every entry point checks, but for the number of
/// those that will join.
public final class AsyncTaskGroup: @unchecked Sendable {
  let loop: EventLoop
  private let name: String?
  @usableFromInline let probe: Probe.Group
  private let parent: AnyAsyncTask
  private let site: UInt32
  @exclusivity(unchecked) private unowned(unsafe) var newestChild: AnyAsyncTask?
  @safe @exclusivity(unchecked) private var childCount = 0
  // How many may run at once, and those that wait for it; nil for all.
  let turns: GroupTurns?
  // Tasks that were created on another thread, and join when they begin.
  private let joining = Atomic(0)
  private var errors: [any Error] = []
  // That one goes first, and bare.
  private var stopError: (any StopError)?
  private var isAborting = false
  private var isEnding = false
  private var isClosed = false
  // The parent's body was cancelled by the group itself, which the group has to take back.
  private var cancelledParent = false
  /// Whether `cancel()` was called.
  public private(set) var isCancelled = false

  init(loop: EventLoop, parent: AnyAsyncTask, name: String?, maxRunning: Int?, site: UInt32) {
    self.loop = loop
    self.parent = parent
    self.name = name
    self.site = site
    probe = Probe.Group(name: name, site: site)
    turns = maxRunning.map { GroupTurns(limit: $0, group: name, site: site) }
  }

  /// Ends the group without an error: cancels its tasks, and the body unless that has ended.
  ///
  /// Then no more tasks can be created in it. The group waits for those that are there, and the
  /// requests to cancel that it makes of its own body count for nothing afterwards. Again, or when
  /// the group has ended, it does nothing. Errors of tasks or of the body are thrown all the same.
  public func cancel() {
    loop.checkThread()
    guard !isClosed, !isCancelled else { return }
    isCancelled = true
    if !isAborting { abort() }
    cancelBody()
  }

  var isOpen: Bool { !isClosed && !isAborting }

  // A task that is about to begin.
  func add(_ task: AnyAsyncTask) {
    task.group = self
    task.needsTurn = turns != nil
    unsafe task.nextInGroup = newestChild
    if let newest = unsafe newestChild { unsafe newest.previousInGroup = task }
    unsafe newestChild = task
    childCount += 1
  }

  /// A task was created on another thread than the loop's.
  func willJoin() {
    joining.add(1, ordering: .relaxed)
  }

  /// It begins, on the loop.
  func join(_ task: AnyAsyncTask) throws(AsyncTaskGroupClosed) {
    joining.subtract(1, ordering: .relaxed)
    guard isOpen else {
      task.group = nil
      wakeParent()
      throw AsyncTaskGroupClosed()
    }
    add(task)
  }

  private var hasChildren: Bool { childCount > 0 || joining.load(ordering: .relaxed) > 0 }

  private func wakeParent() {
    if childCount == 0, unsafe parent.place === self { parent.wake(.woken) }
  }

  // A task has ended, with an error other than that of a cancellation or without.
  func childEnded(_ task: AnyAsyncTask, _ error: (any Error)?) {
    remove(task)
    if task.hasTurn { turns?.giveBack() }
    if let error {
      errors.append(error)
      note(error)
      if !isAborting {
        abort()
        cancelBody()
      }
    }
    wakeParent()
  }

  private func note(_ error: any Error) {
    if stopError == nil, let error = error as? any StopError { stopError = error }
  }

  private func cancelBody() {
    guard !isEnding, !cancelledParent else { return }
    cancelledParent = true
    parent.interrupt()
  }

  private func remove(_ task: AnyAsyncTask) {
    let (next, previous) = unsafe (task.nextInGroup, task.previousInGroup)
    if let previous { unsafe previous.nextInGroup = next } else { unsafe newestChild = next }
    if let next { unsafe next.previousInGroup = previous }
    unsafe task.nextInGroup = nil
    unsafe task.previousInGroup = nil
    childCount -= 1
  }

  private func abort() {
    isAborting = true
    probe.cancelled()
    // None ends meanwhile: being cancelled only makes them ready.
    var next = unsafe newestChild
    while let task = next {
      next = unsafe task.nextInGroup
      task.cancel()
    }
  }

  /// Waits for all tasks, as `end` does, in code that is isolated to whatever actor.
  nonisolated(nonsending)
    func endAnywhere(bodyError: (any Error)?) async throws
  {
    if loop.isHome(#isolation) { return try await end(bodyError: bodyError) }
    try await loop.atHome { try await self.end(bodyError: bodyError) }
  }

  /// Waits for all tasks, however often the parent is cancelled meanwhile.
  ///
  /// - Parameter bodyError: What the body threw.
  /// - Throws: `TaskGroupError` with every error; else `CancellationError` if the parent was
  ///   cancelled by others than the group.
  nonisolated(nonsending)
    func end(bodyError: (any Error)?) async throws
  {
    isEnding = true
    var cancellation = bodyError.flatMap { $0.isCancellation ? $0 : nil }
    if bodyError != nil && !isAborting { abort() }
    while hasChildren {
      do {
        try await parent.refuseIfCancelled()
        try await parent.wait(in: self, of: loop, for: .group, probe.id, at: site)
      } catch {
        if !isAborting || isCancelled { cancellation = error }
        if !isAborting { abort() }
      }
    }
    isClosed = true
    probe.ended()
    turns?.ended()
    if let bodyError, !bodyError.isCancellation {
      errors.append(bodyError)
      note(bodyError)
    }
    try leave(cancellation)
  }

  private func leave(_ cancellation: (any Error)?) throws {
    let isOwnCancellation = cancelledParent && parent.uncancel() == 0
    if let stopError { throw stopError }
    guard errors.isEmpty else {
      // A request of others stays due; the error goes first.
      if parent.cancelling > 0 {
        parent.uncancel()
        parent.interrupt()
      }
      let errors = errors
      self.errors = []
      throw TaskGroupError(errors)
    }
    if let cancellation, !isOwnCancellation { throw cancellation }
  }
}

extension AsyncTaskGroup: WaitPlace {
  func cancelWait(of waiter: Waiter) -> Bool {
    waiter.wake(.cancelled)
    return true
  }
}

extension AsyncTaskGroup: CustomStringConvertible {
  /// For people: its name, and on its loop's thread its state and how many tasks it has.
  public var description: String {
    let title = name.map { "AsyncTaskGroup “\($0)”" } ?? "AsyncTaskGroup"
    guard loop.isOnThread else { return title }
    let state = isClosed ? "ended" : isAborting ? "ending" : "open"
    return "\(title), \(state), \(childCount) tasks"
  }
}

/// How many tasks of a group may run at once, and those that wait before they begin.
///
/// A turn that is given back goes straight to who waits longest, so that nobody who comes later
/// gets it first. On the loop's thread only.
final class GroupTurns {
  private let limit: Int
  private let queue = WaitQueue()
  private let resource: Probe.Resource
  private let site: UInt32
  private var taken = 0

  init(limit: Int, group: String?, site: UInt32) {
    self.limit = limit
    self.site = site
    resource = Probe.Resource(.semaphore, name: group.map { "turns of \($0)" }, site: site)
    report()
  }

  /// Takes a turn for a task, waiting for one.
  ///
  /// Throws if the task is cancelled; whether it has a turn all the same is in `hasTurn`.
  nonisolated(nonsending)
    func take(for task: AnyAsyncTask) async throws(CancellationError)
  {
    if taken < limit {
      taken += 1
      task.hasTurn = true
      report()
      return
    }
    try await task.refuseIfCancelled()
    queue.append(task)
    report()
    defer {
      task.hasTurn = task.wakeReason == .granted
      report()
    }
    try await task.wait(in: queue, of: task.loop, for: .resource, resource.id, at: site)
  }

  func giveBack() {
    if !queue.wakeFirst() { taken -= 1 }
    report()
  }

  func ended() {
    resource.ended()
  }

  private func report() {
    resource.level(taken, of: limit, waiters: queue.count)
  }
}

extension AnyAsyncTask {
  /// Waits until its group has room for it.
  @usableFromInline
  nonisolated(nonsending)
    final func waitForTurn() async throws(CancellationError)
  {
    if let turns = group?.turns { try await turns.take(for: self) }
  }
}

/// A task group that has ended, or ends because of an error, takes no more tasks.
public struct AsyncTaskGroupClosed: Error, CustomStringConvertible {
  /// For people.
  public var description: String { "the task group takes no more tasks" }
}
