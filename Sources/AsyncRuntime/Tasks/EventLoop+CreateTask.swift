import Instrumentation

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
  func create<Value: Sendable>(
    name: String?, group: AsyncTaskGroup?, site: UInt32, isolation: isolated (any Actor)?,
    _ body: sending @escaping @isolated(any) () async throws -> Value
  ) -> AsyncTask<Value> {
    checkThread()
    checkOpen()
    let task = AsyncTask<Value>(loop: self, name: name)
    add(task)
    task.group = group
    // One of the two below takes it, once.
    nonisolated(unsafe) let body = body
    let native = Probe.creatingTask(name: name, site: site, group: group?.probe) {
      if isProcessWide || isolation != nil {
        Task {
          _ = isolation
          unsafe await task.run(isolation: isolation, body)
        }
      } else {
        Task(executorPreference: executor) {
          unsafe await task.run(isolation: nil, body)
        }
      }
    }
    task.native = native
    let address = unsafe unsafeBitCast(native, to: UnsafeRawPointer.self)
    unsafe task.nativeAddress = address
    task.nativeID = unsafe NativeTask.id(of: address)
    return task
  }
}

extension AsyncTask {
  // Isolated as the caller is, and so is the closure, since it captures that: no detour over
  // another executor between here and the body.
  func run(
    isolation: isolated (any Actor)?,
    _ body: sending @escaping @isolated(any) () async throws -> Value
  ) async {
    do {
      try takeCancellation()
      let value = try await Self.$local.withValue(self) {
        _ = isolation
        return try await body()
      }
      finish(.success(value))
    } catch {
      finish(.failure(error))
    }
  }
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
public func createTask<Value: Sendable>(
  name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line,
  function: StaticString = #function, isolation: isolated (any Actor)? = #isolation,
  @_inheritActorContext _ body: sending @escaping @isolated(any) () async throws -> Value
) -> AsyncTask<Value> {
  EventLoop.required(for: "createTask").create(
    name: name, group: nil, site: Probe.site(fileID, line, function), isolation: isolation, body)
}
