public import Instrumentation

/// Tasks that end together: what asyncio's `TaskGroup` is, made by `withAsyncTaskGroup`.
///
/// Sendable: belongs to its loop's thread, which every entry point checks.
public final class AsyncTaskGroup: @unchecked Sendable {
  let loop: EventLoop
  @usableFromInline let probe: Probe.Group
  private let parent: AnyAsyncTask
  private let site: UInt32
  private unowned(unsafe) var newestChild: AnyAsyncTask?
  private var childCount = 0
  private var errors: [any Error] = []
  private var isAborting = false
  private var isClosed = false
  // The parent's body was cancelled by the group itself, which the group has to take back.
  private var cancelledParent = false

  init(loop: EventLoop, parent: AnyAsyncTask, name: String?, site: UInt32) {
    self.loop = loop
    self.parent = parent
    self.site = site
    probe = Probe.Group(name: name, site: site)
  }

  /// Creates a task in the group.
  ///
  /// A task of the group may do so too, while the group waits for it.
  ///
  /// - Parameters:
  ///   - name: What people call it; `Task-` and a number without one.
  ///   - fileID: The file that asynctop shows; leave it out.
  ///   - line: The line that asynctop shows; leave it out.
  ///   - function: The function that asynctop shows; leave it out.
  ///   - isolation: Leave it out.
  ///   - body: What the task does.
  /// - Returns: With which it can be awaited and cancelled; the group waits for it in any case.
  /// - Throws: `AsyncTaskGroupClosed` if the group has ended or ends because of an error.
  @discardableResult
  public func createTask<Value: Sendable>(
    name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line,
    function: StaticString = #function, isolation: isolated (any Actor)? = #isolation,
    @_inheritActorContext _ body: sending @escaping @isolated(any) () async throws -> Value
  ) throws(AsyncTaskGroupClosed) -> AsyncTask<Value> {
    loop.checkThread()
    guard !isClosed && !isAborting else { throw AsyncTaskGroupClosed() }
    let task = loop.create(
      name: name, group: self, site: Probe.site(fileID, line, function), isolation: isolation, body)
    unsafe task.nextInGroup = newestChild
    if let newest = unsafe newestChild { unsafe newest.previousInGroup = task }
    unsafe newestChild = task
    childCount += 1
    return task
  }

  // A task has ended, with an error other than that of a cancellation or without.
  func childEnded(_ task: AnyAsyncTask, _ error: (any Error)?) {
    remove(task)
    if let error {
      errors.append(error)
      if !isAborting && !cancelledParent {
        abort()
        cancelledParent = true
        parent.cancel(message: nil)
      }
    }
    if childCount == 0, parent.place === self { parent.wake(.woken) }
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

  /// Waits for all tasks, however often the parent is cancelled meanwhile.
  ///
  /// - Parameter bodyError: What the body threw.
  /// - Throws: `TaskGroupError` with every error; else `CancelledError` if the parent was cancelled
  ///   by others than the group.
  nonisolated(nonsending)
    func end(bodyError: (any Error)?) async throws
  {
    var cancellation = bodyError.flatMap { Self.isCancellation($0) ? $0 : nil }
    if bodyError != nil && !isAborting { abort() }
    while childCount > 0 {
      do {
        try await parent.refuseIfCancelled()
        if childCount > 0 { try await parent.wait(in: self, for: .group, probe.id, at: site) }
      } catch {
        guard !isAborting else { continue }
        cancellation = error
        abort()
      }
    }
    isClosed = true
    probe.ended()
    if cancelledParent && parent.uncancel() == 0 { cancellation = nil }
    if let cancellation, errors.isEmpty { throw cancellation }
    if let bodyError, !Self.isCancellation(bodyError) { errors.append(bodyError) }
    guard !errors.isEmpty else { return }
    // A request of others stays due; the error goes first.
    if parent.cancelling > 0 {
      parent.uncancel()
      parent.cancel(message: parent.cancelMessage)
    }
    throw TaskGroupError(errors: errors)
  }

  private static func isCancellation(_ error: any Error) -> Bool {
    error is CancelledError || error is CancellationError
  }
}

extension AsyncTaskGroup: WaitPlace {
  func cancelWait(of waiter: Waiter) -> Bool {
    waiter.wake(.cancelled)
    return true
  }
}

/// Runs a body that creates tasks, and waits until all of them have ended.
///
/// The first task that fails cancels the others and, once, the body; a task that is cancelled does
/// not. If the body fails or is cancelled, all tasks are cancelled. Must run in a task of the
/// runtime's.
///
/// - Parameters:
///   - name: What people call the group.
///   - fileID: The file that asynctop shows; leave it out.
///   - line: The line that asynctop shows; leave it out.
///   - function: The function that asynctop shows; leave it out.
///   - isolation: Leave it out.
///   - body: Gets the group, to create tasks in.
/// - Returns: What the body returns.
/// - Throws: `TaskGroupError` with every error, also the body's; `CancelledError` if the
///   surrounding task was cancelled and nothing failed.
@discardableResult
public func withAsyncTaskGroup<Result>(
  name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line,
  function: StaticString = #function, isolation: isolated (any Actor)? = #isolation,
  _ body: (AsyncTaskGroup) async throws -> Result
) async throws -> Result {
  let loop = EventLoop.required(for: "withAsyncTaskGroup")
  guard let parent = loop.current else {
    preconditionFailure("withAsyncTaskGroup must run in a task of the runtime's; see createTask")
  }
  let group = AsyncTaskGroup(
    loop: loop, parent: parent, name: name, site: Probe.site(fileID, line, function))
  let result: Result
  do {
    result = try await body(group)
  } catch {
    try await group.end(bodyError: error)
    throw error
  }
  try await group.end(bodyError: nil)
  return result
}
