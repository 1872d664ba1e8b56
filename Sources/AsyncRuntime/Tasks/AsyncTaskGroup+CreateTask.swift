import AsyncTopBus

extension AsyncTaskGroup {
  /// Creates a task in the group.
  ///
  /// A task of the group may do so too, while the group waits for it.
  ///
  /// - Parameters:
  ///   - name: What people call it; `Task-` and a number without one.
  ///   - eagerly: Whether it begins at once, see `createTask`.
  ///   - body: What the task does.
  /// - Returns: With which it can be awaited and cancelled; the group waits for it in any case.
  /// - Throws: `AsyncTaskGroupClosed` if the group has ended, or ends because of an error or of
  ///   `cancel()`.
  @discardableResult
  public func createTask<Value: Sendable>(
    name: String? = nil, eagerly: Bool? = nil, fileID: StaticString = #fileID,
    line: UInt32 = #line, function: StaticString = #function,
    isolation: isolated (any Actor)? = #isolation,
    @_inheritActorContext _ body: sending @escaping @isolated(any) () async throws -> Value
  ) throws(AsyncTaskGroupClosed) -> AsyncTask<Value> {
    // On another thread, where an actor may be, it is found out when the task begins.
    if loop.isOnThread && !isOpen { throw AsyncTaskGroupClosed() }
    return loop.create(
      name: name, group: self, eagerly: eagerly, site: Probe.site(fileID, line, function),
      isolation: isolation, body)
  }

  /// Creates a task of a coroutine in the group.
  ///
  /// - Parameter coroutine: It must not have begun. If the group takes no more tasks it is closed.
  /// - Returns: With which it can be awaited and cancelled; the group waits for it in any case.
  /// - Throws: `AsyncTaskGroupClosed` if the group has ended, or ends because of an error or of
  ///   `cancel()`.
  @discardableResult
  public func createTask<Value: Sendable>(
    _ coroutine: Coroutine<Value>, isolation: isolated (any Actor)? = #isolation
  ) throws(AsyncTaskGroupClosed) -> AsyncTask<Value> {
    loop.checkThread()
    guard isOpen else {
      coroutine.close()
      throw AsyncTaskGroupClosed()
    }
    return coroutine.start(on: loop, in: self, isolation: isolation)
  }
}

/// Runs a body that creates tasks, and waits until all of them have ended.
///
/// The first task that fails cancels the others and, once, the body; a task that is cancelled does
/// not. If the body fails or is cancelled, all tasks are cancelled. An error that is a `StopError`
/// is thrown bare, and all others are dropped. Must run in a task of the runtime's.
///
/// - Parameters:
///   - name: What people call the group.
///   - maxRunning: How many of its tasks run at once; nil for all. The others wait before they
///     begin, in the order in which they were created, for one to end. asynctop shows that they do.
///     A task that waits for another one of its group holds its turn meanwhile.
///   - body: Gets the group, to create tasks in.
/// - Returns: What the body returns.
/// - Throws: `TaskGroupError` with every error, also the body's; `CancellationError` if the
///   surrounding task was cancelled and nothing failed, or if the group's `cancel()` has ended the
///   body before it had a value to return, unless that is `Void`. `AwaitError.noTask`.
public func withAsyncTaskGroup<Result>(
  name: String? = nil, maxRunning: Int? = nil, fileID: StaticString = #fileID, line: UInt32 = #line,
  function: StaticString = #function, isolation: isolated (any Actor)? = #isolation,
  _ body: (AsyncTaskGroup) async throws -> Result
) async throws -> Result {
  let loop = try EventLoop.needed(for: "withAsyncTaskGroup", in: isolation)
  if let maxRunning, maxRunning < 1 {
    EventLoop.refuse(
      "withAsyncTaskGroup(maxRunning: \(maxRunning)): no task of it could run", fileID, line)
  }
  let current = loop.isOnThread ? loop.current : await loop.atHome { loop.current }
  guard let parent = current else { throw AwaitError.noTask("withAsyncTaskGroup") }
  let group = AsyncTaskGroup(
    loop: loop, parent: parent, name: name, maxRunning: maxRunning,
    site: Probe.site(fileID, line, function))
  let result: Result
  do {
    result = try await body(group)
  } catch {
    try await group.endAnywhere(bodyError: error)
    if let nothing = () as? Result { return nothing }
    throw error
  }
  try await group.endAnywhere(bodyError: nil)
  return result
}
