import AsyncTopBus

extension EventLoop {
  /// Runs until `stop()`.
  ///
  /// Each thread can run a loop of its own, but not one within another.
  ///
  /// - Throws: The `StopError` that has ended the run, if a task or a callback threw one.
  @available(*, noasync, message: "it blocks its thread; in a task, createTask { … }")
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
  @available(*, noasync, message: "it blocks its thread; in a task, createTask { … }")
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
  @available(*, noasync, message: "it blocks its thread; in a task, createTask { … }")
  @discardableResult
  public func runUntilComplete<A: Awaitable>(
    _ awaitable: A, fileID: StaticString = #fileID, line: UInt32 = #line
  ) throws -> A.Value {
    try runUntilComplete(fileID: fileID, line: line) {
      try await awaitable.value(fileID: fileID, line: line)
    }
  }
}

extension EventLoop {
  /// Whether it runs now.
  public final var isRunning: Bool {
    @inline(__always) get { phase.isRunning }
  }

  /// Whether it was closed: it runs nothing any more.
  public final var isClosed: Bool {
    @inline(__always) get { phase == .closed }
  }

  func checkOpen() {
    if isClosed { Self.refuse("the event loop “\(name)” is closed") }
  }

  /// Where a loop is in its life.
  ///
  /// It goes from one to the next by the functions below only, each of which names the phases that
  /// it may come from. Builds for debugging end the program on any other step.
  enum Phase {
    /// It does not run, and can.
    case open
    /// It does not run, and was told to stop: the next run ends after one iteration.
    case openStopping
    case running
    /// It runs its last iteration.
    case stopping
    case closed

    var isRunning: Bool {
      @inline(__always) get { self == .running || self == .stopping }
    }

    /// A run begins: of a loop that is open.
    mutating func begin() {
      assert(self == .open || self == .openStopping, "a run begins while the loop is \(self)")
      self = self == .openStopping ? .stopping : .running
    }

    /// The run is over, whether the loop was told to stop or what it ran for is done.
    mutating func end() {
      assert(isRunning, "a run ends while the loop is \(self)")
      self = .open
    }

    /// The loop is told to stop, which may be said at any time: a closed one has nothing to stop.
    mutating func stop() {
      switch self {
      case .open, .openStopping: self = .openStopping
      case .running, .stopping: self = .stopping
      case .closed: break
      }
    }

    /// The loop is closed: one that does not run.
    mutating func close() {
      assert(self == .open || self == .openStopping, "a loop is closed while it is \(self)")
      self = .closed
    }

    /// A closed loop is used again: the main thread's.
    mutating func reopen() {
      assert(self == .closed, "a loop is opened again while it is \(self)")
      self = .open
    }
  }
}

// MARK: Closing

extension EventLoop {
  /// Closes the loop: it drops callbacks and timers, ends connections at once, and runs nothing any
  /// more.
  ///
  /// Again, it does nothing. The loop must not run. Its default executor is shut down without
  /// waiting for the threads. Tasks that have not ended are not cancelled: they stay suspended, and
  /// the exception handler is told; a `Runner` ends them first.
  public func close() {
    checkThread()
    guard !isClosed else { return }
    if phase.isRunning { Self.refuse("the event loop “\(name)” is closed while it runs") }
    reportPendingTasks()
    for pool in threadPools.takeAll() { pool.shutDown(wait: false) }
    for owner in descriptors.owners { owner.abandon() }
    phase.close()
    inbox.close()
    dropAll()
    unhandledErrors.handler = nil
  }

  /// Opens the main thread's loop for its next runner.
  func reopen() {
    phase.reopen()
    isDebugging = Self.isDebuggingByDefault
    slowCallbackDuration = Self.usualSlowCallbackDuration
    taskFactory = nil
    inbox.open()
  }

  /// Ends what is left, and closes the loop.
  func shutDown(executorLimit: Duration?) {
    guard !isClosed else { return }
    cancelAllTasks()
    if let pool = threadPools.executor {
      let ended = endDefaultExecutor(pool, timeout: executorLimit)
      // Repeated, since a task may stop the loop.
      while !ended.isDone { run { ended.isDone } }
      threadPools.executor = nil
      // Tasks that the executor's functions have created meanwhile.
      cancelAllTasks()
    }
    close()
  }

  private func cancelAllTasks() {
    let left = tasks
    guard !left.isEmpty else { return }
    for task in left { task.cancel() }
    var ended = 0
    func haveEnded() -> Bool {
      while ended < left.count, left[ended].isDone { ended += 1 }
      return ended == left.count
    }
    // Repeated, since one of them may stop the loop, perhaps the last one as it ends.
    while !haveEnded() { run(until: haveEnded) }
    if let error = takeStopError() {
      report(
        ExceptionContext(message: "A task failed while the runner shut down.", error: error))
    }
    for task in left {
      guard task.state == .threw, let error = task.unseenError() else { continue }
      report(
        ExceptionContext(
          message: "A task failed while the runner shut down.", error: error, task: task))
    }
  }

  private func reportPendingTasks() {
    let pending = tasks
    guard let first = pending.first else { return }
    let others = pending.count > 1 ? " It is the first of \(pending.count)." : ""
    report(
      ExceptionContext(
        message: "A task was pending when its event loop was closed.\(others)", task: first))
  }

  // Callbacks are cancelled. Jobs of native tasks can't be dropped: they stay for the next runner
  // of the main thread.
  private func dropAll() {
    inbox.takeAll { turn.append($0) }
    var items = timers.removeAll()
    while turn.count > 0 { items.append(turn.removeFirst()) }
    for item in items {
      if item.isHandle, case .handle(let handle) = item.take() {
        handle.cancel()
      } else {
        turn.append(item)
      }
    }
  }
}
