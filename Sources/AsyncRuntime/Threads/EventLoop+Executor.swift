import AsyncTopBus

/// The pools of threads that call for a loop what would block it, each made with its first use.
struct LoopThreadPools {
  /// Of what the program gives no other pool.
  var executor: ThreadPool?
  /// Asks for addresses.
  var resolver: ThreadPool?

  mutating func takeAll() -> [ThreadPool] {
    [executor.take(), resolver.take()].compactMap(\.self)
  }
}

extension EventLoop {
  /// Makes a thread of a pool call a function.
  ///
  /// Only on the loop's thread. The function sees no event loop and no task, and context variables
  /// have their defaults; `toThread` passes their values on.
  ///
  /// - Parameters:
  ///   - pool: Whose thread; without one the loop's default executor, which is made with its first
  ///     use.
  ///   - body: May block.
  /// - Returns: What the function will return or throw. Cancelling it takes the function back if it
  ///   has not begun; one that has goes on, and its result is dropped.
  /// - Throws: `ThreadPoolError`.
  public func runInExecutor<Value: Sendable>(
    _ pool: ThreadPool? = nil, _ body: @escaping @Sendable () throws -> Value
  ) throws(ThreadPoolError) -> Future<Value> {
    checkThread()
    let pool = pool ?? madeDefaultExecutor
    return try call(body, in: pool, waitingFor: pool.crew.resource)
  }

  /// Makes a thread of a pool call a function; the default one's without a pool.
  func call<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value, in pool: ThreadPool? = nil,
    waitingFor resource: Probe.Resource
  ) throws(ThreadPoolError) -> Future<Value> {
    checkThread()
    checkOpen()
    let called = try (pool ?? madeDefaultExecutor).submit(body)
    let future = wrap(called, waitingFor: resource)
    if simulation != nil {
      willCallElsewhere()
      called.addDoneCallback { [self] _ in callSoonThreadsafe { [self] in hasCalledElsewhere() } }
    }
    return future
  }

  /// Makes a pool the one that calls functions which are given no other.
  ///
  /// The loop shuts it down as its own. The one before goes on if someone else has it.
  ///
  /// - Parameter pool: Its threads are used from now on.
  public func setDefaultExecutor(_ pool: ThreadPool) {
    checkThread()
    threadPools.executor = pool
  }

  /// Shuts the default executor down, and waits until what was given to it is done and its threads
  /// have ended.
  ///
  /// From then on it takes nothing more. If the waiting task is cancelled, it is shut down all the
  /// same, without waiting for its threads.
  ///
  /// - Parameter timeout: How long to wait at most; nil for no limit. After that the exception
  ///   handler is told, and the threads are abandoned: they go on, and end when they can.
  /// - Returns: Whether all its threads have ended.
  /// - Throws: What a wait throws: `CancellationError`.
  @discardableResult
  public nonisolated(nonsending) func shutDownDefaultExecutor(
    timeout: Duration? = nil, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> Bool {
    if isAway(#isolation) {
      return try await atHome {
        try await self.shutDownDefaultExecutor(timeout: timeout, fileID: fileID, line: line)
      }
    }
    return try await endDefaultExecutor(madeDefaultExecutor, timeout: timeout)
      .value(fileID: fileID, line: line)
  }

  private var madeDefaultExecutor: ThreadPool {
    if let pool = threadPools.executor { return pool }
    let pool = ThreadPool(name: "executor")
    threadPools.executor = pool
    return pool
  }

  /// Shuts a pool down; the future says whether its threads have ended in time.
  func endDefaultExecutor(_ pool: ThreadPool, timeout: Duration?) -> Future<Bool> {
    pool.shutDown(wait: false)
    let ended = Future<Bool>(on: self, waitingFor: pool.crew.resource)
    let timer = timeout.map { timeout in
      callLater(timeout) { [self] in
        guard !ended.isDone else { return }
        report(
          ExceptionContext(
            message: "Threads of “\(pool.name)” did not end within \(timeout): abandoned."))
        try ended.setResult(false)
      }
    }
    ended.addDoneCallback { _ in timer?.cancel() }
    willCallElsewhere()
    pool.crew.whenEnded { [self] in
      callSoonThreadsafe { [self] in
        hasCalledElsewhere()
        guard !ended.isDone else { return }
        // They have nothing left to do but to return.
        pool.shutDown()
        try ended.setResult(true)
      }
    }
    return ended
  }

  /// A future of the loop's that follows one of threads, and cancels it when it is cancelled
  /// itself.
  func wrap<Value: Sendable>(
    _ source: ThreadFuture<Value>, waitingFor resource: Probe.Resource? = nil
  ) -> Future<Value> {
    let future = Future<Value>(on: self, waitingFor: resource)
    source.addDoneCallback { [self] source in
      callSoonThreadsafe {
        guard let outcome = source.outcome, !future.isDone else { return }
        if source.isCancelled {
          future.cancel(message: source.cancellationMessage)
        } else {
          try future.settle(outcome)
        }
      }
    }
    // The source is kept alive by what will settle it.
    future.addDoneCallback { [weak source] in
      if $0.isCancelled { source?.cancel() }
    }
    return future
  }
}

/// Calls a function on a thread of the loop's default executor, and waits for it.
///
/// Context variables have the same values there as here; what the function sets is its own.
///
/// If the task is cancelled, it goes on at once: the function is not called if it has not begun,
/// and is not stopped if it has.
///
/// - Parameter body: May block.
/// - Returns: What it returns.
/// - Throws: What it throws; `CancellationError`; `ThreadPoolError`.
public nonisolated(nonsending) func toThread<Value: Sendable>(
  fileID: StaticString = #fileID, line: UInt32 = #line,
  _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
  let loop = try EventLoop.needed(for: "toThread", in: #isolation)
  guard loop.isOnThread else {
    return try await loop.atHome { try await toThread(fileID: fileID, line: line, body) }
  }
  let context = copyContext()
  return try await loop.runInExecutor {
    var context = context
    return try context.run { try body() }
  }.value(fileID: fileID, line: line)
}

/// A future of the loop of this thread that follows one of threads.
///
/// Whichever is cancelled, the other is too, unless it runs.
///
/// - Parameter future: May be set by any thread.
/// - Returns: A future that tasks can wait for.
public func wrapFuture<Value: Sendable>(_ future: ThreadFuture<Value>) -> Future<Value> {
  EventLoop.required(for: "wrapFuture").wrap(future)
}

extension EventLoop {
  /// Makes a thread of a pool, or of the default executor, call what would block the loop, as a
  /// resource of its own.
  ///
  /// If the task is cancelled it goes on at once; the call goes on too, and its result is
  /// dropped.
  nonisolated(nonsending)
    func callBlocking<Value: Sendable>(
      _ kind: Probe.Resource.Kind, _ name: String, in pool: ThreadPool? = nil,
      at site: CallSite,
      _ body: @escaping @Sendable () -> Value
    ) async throws -> Value
  {
    let resource = Probe.Resource(kind, name: name, site: site.number)
    defer { resource.ended() }
    return try await call(body, in: pool, waitingFor: resource)
      .value(fileID: site.fileID, line: site.line)
  }
}
