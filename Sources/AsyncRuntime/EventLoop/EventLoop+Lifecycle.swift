import AsyncTopBus

extension EventLoop {
  /// Runs until `stop()`.
  ///
  /// Each thread can run a loop of its own, but not one within another.
  ///
  /// - Throws: A `StopError` with which a task or a callback has ended the run.
  public func runForever() throws {
    checkOpen()
    run { false }
    if let error = takeStopError() { throw error }
  }

  /// Runs a task until it has ended.
  ///
  /// - Parameters:
  ///   - name: What people call the task.
  ///   - body: What the task does.
  /// - Returns: What it returns.
  /// - Throws: What it throws; `RunnerError.stopped` if the loop was stopped before; then the task
  ///   goes on when the loop does. A `StopError` that ended the run.
  @discardableResult
  public func runUntilComplete<Value: Sendable>(
    name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line,
    function: StaticString = #function,
    @_inheritActorContext _ body: sending @escaping @isolated(any) () async throws -> Value
  ) throws -> Value {
    checkThread()
    checkOpen()
    checkMayRun(fileID, line)
    let task = create(
      name: name, group: nil, site: Probe.site(fileID, line, function), isolation: nil, body)
    run { task.isDone }
    if let error = takeStopError() {
      task.wasLookedAt = true
      throw error
    }
    guard task.isDone else { throw RunnerError.stopped }
    return try task.result()
  }

  /// Runs until a task or a future of this loop is done.
  ///
  /// - Parameter awaitable: The task or future.
  /// - Returns: What it gives.
  /// - Throws: What it throws; `RunnerError.stopped` if the loop was stopped before.
  @discardableResult
  public func runUntilComplete<A: Awaitable>(
    _ awaitable: A, fileID: StaticString = #fileID, line: UInt32 = #line
  ) throws -> A.Value {
    try runUntilComplete(fileID: fileID, line: line) {
      try await awaitable.value(fileID: fileID, line: line)
    }
  }
}
