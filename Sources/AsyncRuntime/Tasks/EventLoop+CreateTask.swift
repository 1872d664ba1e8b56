public import Instrumentation

// What is generic here is also compiled where it is used, for the type of the value that it is used
// with there: otherwise that type would be looked up at run time for every task.
extension EventLoop {
  /// Creates a task.
  ///
  /// - Parameters:
  ///   - name: What people call it; `Task-` and a number without one.
  ///   - group: The group that waits for it.
  ///   - eagerly: Whether its first part runs at once; nil for as the factory says, or else not.
  ///   - site: Where the caller is.
  ///   - isolation: What the body starts isolated to: the caller's, so that it starts without a
  ///     detour.
  ///   - body: What it does.
  /// - Returns: The task.
  @inlinable
  final func create<Value: Sendable>(
    name: String?, group: AsyncTaskGroup?, eagerly: Bool? = nil, site: UInt32,
    isolation: isolated (any Actor)?,
    _ body: sending @escaping @isolated(any) () async throws -> Value
  ) -> AsyncTask<Value> {
    if eagerly == true || hasTaskFactory {
      let options = options(name: name, eagerly: eagerly)
      let task = AsyncTask<Value>(loop: self, name: options.name)
      if options.startsEagerly {
        startEagerly(task, name: options.name, group: group, site: site, isolation: isolation, body)
      } else {
        start(task, name: options.name, group: group, site: site, isolation: isolation, body)
      }
      return task
    }
    let task = AsyncTask<Value>(loop: self, name: name)
    start(task, name: name, group: group, site: site, isolation: isolation, body)
    return task
  }

  /// Has a task's body begin in the next iteration, after what is ready already.
  @inlinable
  final func start<Value: Sendable>(
    _ task: AsyncTask<Value>, name: String?, group: AsyncTaskGroup?, site: UInt32,
    isolation: isolated (any Actor)?,
    _ body: sending @escaping @isolated(any) () async throws -> Value
  ) {
    task.site = site
    // One of the two below takes it, once.
    nonisolated(unsafe) let body = body
    let native = Probe.creatingTask(name: name, site: site, group: group?.probe) {
      if isProcessWide || isolation != nil {
        Task {
          _ = isolation
          do {
            try task.begin()
            if task.needsTurn { try await task.waitForTurn() }
            unsafe task.finish(returning: try await body())
          } catch {
            task.finish(throwing: error)
          }
        }
      } else {
        Task(executorPreference: preference) {
          do {
            try task.begin()
            if task.needsTurn { try await task.waitForTurn() }
            unsafe task.finish(returning: try await body())
          } catch {
            task.finish(throwing: error)
          }
        }
      }
    }
    started(task, on: native, in: group)
  }

  /// Has a task's body begin at once, inside of what runs now, and run until it first suspends.
  @inlinable
  final func startEagerly<Value: Sendable>(
    _ task: AsyncTask<Value>, name: String?, group: AsyncTaskGroup?, site: UInt32,
    isolation: isolated (any Actor)?,
    _ body: sending @escaping @isolated(any) () async throws -> Value
  ) {
    nonisolated(unsafe) let body = body
    task.site = site
    willStartEagerly(task, in: group)
    let native = Probe.creatingTask(name: name, site: site, group: group?.probe) {
      if isProcessWide || isolation != nil {
        Task.immediate {
          _ = isolation
          do {
            try task.beginEagerly()
            if task.needsTurn { try await task.waitForTurn() }
            unsafe task.finish(returning: try await body())
          } catch {
            task.finish(throwing: error)
          }
        }
      } else {
        Task.immediate(executorPreference: preference) {
          do {
            try task.beginEagerly()
            if task.needsTurn { try await task.waitForTurn() }
            unsafe task.finish(returning: try await body())
          } catch {
            task.finish(throwing: error)
          }
        }
      }
    }
    startedEagerly(task, on: native)
  }

  @usableFromInline final var preference: any TaskExecutor { executor }
}

// What is not generic.
extension EventLoop {
  @usableFromInline
  final func started(
    _ task: AnyAsyncTask, on native: Task<Void, Never>, in group: AsyncTaskGroup?
  ) {
    checkThread()
    checkOpen()
    if let group { group.add(task) }
    unsafe add(task, on: unsafeBitCast(native, to: UnsafeRawPointer.self))
  }

  // It may end before the call that creates it returns.
  @usableFromInline
  final func willStartEagerly(_ task: AnyAsyncTask, in group: AsyncTaskGroup?) {
    checkThread()
    checkOpen()
    if let group { group.add(task) }
  }

  @usableFromInline
  final func startedEagerly(_ task: AnyAsyncTask, on native: Task<Void, Never>) {
    guard !task.isDone, unsafe task.nativeAddress == nil else { return }
    // Its body belongs to an executor that something else runs on now, and begins later.
    unsafe add(task, on: unsafeBitCast(native, to: UnsafeRawPointer.self))
  }
}

extension AnyAsyncTask {
  /// Before the body: fails if it was cancelled by then.
  @usableFromInline
  final func begin() throws(CancelledError) {
    try takeCancellation()
  }

  /// Before the body of one that was started eagerly, when nobody knows it yet.
  @usableFromInline
  final func beginEagerly() throws(CancelledError) {
    if unsafe nativeAddress == nil, let native = unsafe NativeTask.current {
      unsafe loop.add(self, on: native)
    }
    try takeCancellation()
  }
}

/// Creates a task on the loop of this thread.
///
/// Its body begins in the next iteration, after what is ready already, and is isolated as the place
/// is where it is written.
///
/// Created eagerly, the body begins at once, as the current task, and `createTask` returns when it
/// first suspends or has ended. A task that never suspends so never goes through the queue. Where
/// the body is isolated to another actor than the caller it begins as soon as that can run it.
///
/// - Parameters:
///   - name: What people call it; `Task-` and a number without one.
///   - eagerly: Whether it begins at once; without it, as the loop's task factory says, if it has
///     one.
///   - fileID: The file that asynctop shows; leave it out.
///   - line: The line that asynctop shows; leave it out.
///   - function: The function that asynctop shows; leave it out.
///   - isolation: Leave it out.
///   - body: What the task does.
/// - Returns: With which it can be awaited and cancelled. It runs whether or not that is kept; an
///   error that nobody looks at goes to the loop's exception handler.
@discardableResult
@inlinable
public func createTask<Value: Sendable>(
  name: String? = nil, eagerly: Bool? = nil, fileID: StaticString = #fileID, line: UInt32 = #line,
  function: StaticString = #function, isolation: isolated (any Actor)? = #isolation,
  @_inheritActorContext _ body: sending @escaping @isolated(any) () async throws -> Value
) -> AsyncTask<Value> {
  EventLoop.required(for: "createTask").create(
    name: name, group: nil, eagerly: eagerly, site: Probe.site(fileID, line, function),
    isolation: isolation, body)
}
