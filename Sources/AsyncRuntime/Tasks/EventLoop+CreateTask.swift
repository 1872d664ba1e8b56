public import Instrumentation

// What is generic here is also compiled where it is used, for the type of the value that it is used
// with there: otherwise that type would be looked up at run time for every task.
extension EventLoop {
  /// Creates a task, whose body begins in the next iteration, after what is ready already.
  ///
  /// - Parameters:
  ///   - name: What people call it; `Task-` and a number without one.
  ///   - group: The group that waits for it.
  ///   - site: Where the caller is.
  ///   - isolation: What the body starts isolated to: the caller's, so that it starts without a
  ///     detour.
  ///   - body: What it does.
  /// - Returns: The task.
  @inlinable
  final func create<Value: Sendable>(
    name: String?, group: AsyncTaskGroup?, site: UInt32, isolation: isolated (any Actor)?,
    _ body: sending @escaping @isolated(any) () async throws -> Value
  ) -> AsyncTask<Value> {
    let task = AsyncTask<Value>(loop: self, name: name)
    // One of the two below takes it, once.
    nonisolated(unsafe) let body = body
    let native = Probe.creatingTask(name: name, site: site, group: group?.probe) {
      if isProcessWide || isolation != nil {
        Task {
          _ = isolation
          do {
            try task.begin()
            unsafe task.finish(.success(try await body()))
          } catch {
            task.finish(.failure(error))
          }
        }
      } else {
        Task(executorPreference: preference) {
          do {
            try task.begin()
            unsafe task.finish(.success(try await body()))
          } catch {
            task.finish(.failure(error))
          }
        }
      }
    }
    start(task, on: native, in: group)
    return task
  }

  @usableFromInline
  final func start(_ task: AnyAsyncTask, on native: Task<Void, Never>, in group: AsyncTaskGroup?) {
    checkThread()
    checkOpen()
    let address = unsafe unsafeBitCast(native, to: UnsafeRawPointer.self)
    task.native = native
    unsafe task.nativeAddress = address
    task.nativeID = unsafe NativeTask.id(of: address)
    task.group = group
    add(task)
  }

  @usableFromInline final var preference: any TaskExecutor { executor }
}

/// Creates a task on the loop of this thread.
///
/// Its body begins in the next iteration, after what is ready already, and is isolated as the place
/// is where it is written.
///
/// - Parameters:
///   - name: What people call it; `Task-` and a number without one.
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
  name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line,
  function: StaticString = #function, isolation: isolated (any Actor)? = #isolation,
  @_inheritActorContext _ body: sending @escaping @isolated(any) () async throws -> Value
) -> AsyncTask<Value> {
  EventLoop.required(for: "createTask").create(
    name: name, group: nil, site: Probe.site(fileID, line, function), isolation: isolation, body)
}
