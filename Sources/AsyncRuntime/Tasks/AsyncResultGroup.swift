/// A task group that gives what its tasks return, as they end: what Swift's own groups do.
///
/// Made by `withAsyncTaskGroup(of:)`. It is the sequence of the values, in the order in which the
/// tasks end; of those that fail or are cancelled it gives none, and the first that fails ends the
/// group and, with `CancellationError`, the iteration.
///
/// Sendable: `finished` may be used from any thread; the group is as `AsyncTaskGroup` says, and
/// `running` is only touched on its loop's thread.
public final class AsyncResultGroup<Value: Sendable>: AsyncSequence, @unchecked Sendable {
  /// What it gives.
  public typealias Element = Value

  private let group: AsyncTaskGroup
  private let finished: Queue<Value?>
  private var running = 0

  init(_ group: AsyncTaskGroup, _ fileID: StaticString, _ line: UInt32) {
    self.group = group
    finished = Queue(name: "results", fileID: fileID, line: line)
  }

  /// Creates a task in the group.
  ///
  /// A task of the group may do so too, while the group waits for it. Only on the loop's thread.
  ///
  /// - Parameters:
  ///   - name: What people call it; `Task-` and a number without one.
  ///   - body: What the task does.
  /// - Returns: With which it can be awaited and cancelled; the group waits for it in any case.
  /// - Throws: `AsyncTaskGroupClosed` if the group has ended, or ends because of an error or of
  ///   `cancel()`.
  @discardableResult
  public func createTask(
    name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line,
    function: StaticString = #function, isolation: isolated (any Actor)? = #isolation,
    @_inheritActorContext _ body: sending @escaping @isolated(any) () async throws -> Value
  ) throws(AsyncTaskGroupClosed) -> AsyncTask<Value> {
    group.loop.checkThread()
    let task = try group.createTask(
      name: name, fileID: fileID, line: line, function: function, isolation: isolation, body)
    running += 1
    task.addDoneCallback(fileID: fileID, line: line) { [finished] task in
      _ = finished.tryPut(task.isCancelled || task.hasThrown ? nil : try task.result())
    }
    return task
  }

  /// Ends the group without an error: see `AsyncTaskGroup.cancel()`.
  public func cancel() {
    group.cancel()
  }

  /// Gives what the tasks return that have not been given yet.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(group: self) }

  /// Gives what the tasks of a group return, as they end.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let group: AsyncResultGroup

    /// Waits for the next task that returns a value.
    ///
    /// - Returns: The value; nil when no task is left.
    /// - Throws: `CancellationError`.
    public mutating func next() async throws(CancellationError) -> Value? {
      try await next(isolation: nil)
    }

    /// Waits for the next task that returns a value.
    ///
    /// - Returns: The value; nil when no task is left.
    /// - Throws: `CancellationError`.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(CancellationError) -> Value? {
      while group.running > 0 {
        var results = group.finished.makeAsyncIterator()
        let result = try await results.next(isolation: actor)
        group.running -= 1
        if let result, let value = result { return value }
      }
      return nil
    }
  }
}

/// Runs a body that creates tasks and takes their values as they end, and waits until all tasks
/// have ended.
///
///     try await withAsyncTaskGroup(of: Page.self) { group in
///       for address in addresses { try group.createTask { try await fetch(address) } }
///       for try await page in group { show(page) }
///     }
///
/// Apart from the values it is as `withAsyncTaskGroup` without a type.
///
/// - Parameters:
///   - type: What each task returns.
///   - name: What people call the group.
///   - maxRunning: How many of its tasks run at once; nil for all.
///   - body: Gets the group, to create tasks in and to iterate over.
/// - Returns: What the body returns.
/// - Throws: As `withAsyncTaskGroup` without a type.
public func withAsyncTaskGroup<Value: Sendable, Result>(
  of type: Value.Type, name: String? = nil, maxRunning: Int? = nil,
  fileID: StaticString = #fileID, line: UInt32 = #line, function: StaticString = #function,
  isolation: isolated (any Actor)? = #isolation,
  _ body: (AsyncResultGroup<Value>) async throws -> Result
) async throws -> Result {
  try await withAsyncTaskGroup(
    name: name, maxRunning: maxRunning, fileID: fileID, line: line, function: function,
    isolation: isolation
  ) { group in
    try await body(AsyncResultGroup(group, fileID, line))
  }
}
