import AsyncTopLinux
import AsyncTopBus

/// A value that one thread will have, and that others can wait for without an event loop: what
/// Python's `concurrent.futures.Future` is.
///
/// A task waits for it with `wrapFuture`. It may be used from any thread.
public final class ThreadFuture<Value: Sendable>: Sendable {
  private struct State: Sendable {
    var isRunning = false
    var isCancelled = false
    var cancellationMessage: String?
    var outcome: Result<Value, any Error>?
    var callbacks: [Callback] = []
  }

  private typealias Callback = @Sendable (ThreadFuture<Value>) -> Void

  private let monitor = ConditionMutex(State())

  /// Makes one that is pending; its value is set later.
  public init() {}

  /// Whether it has a value or an error, or was cancelled.
  public var isDone: Bool { outcome != nil }

  /// Whether it was cancelled.
  public var isCancelled: Bool { monitor.withLock { $0.isCancelled } }

  /// The message of the request that has cancelled it.
  public var cancellationMessage: String? { monitor.withLock { $0.cancellationMessage } }

  /// Whether someone has begun to find its value and it can't be cancelled any more.
  public var isRunning: Bool { monitor.withLock { $0.isRunning } }

  /// Waits for the value; it blocks the thread.
  ///
  /// - Parameter timeout: How long to wait at most; nil for no limit.
  /// - Returns: The value.
  /// - Throws: The error that was set, `CancellationError`, or `TimeoutError` if it is not done in
  ///   time.
  public func result(
    timeout: Duration? = nil, fileID: StaticString = #fileID, line: UInt32 = #line
  ) throws -> Value {
    if let outcome { return try outcome.get() }
    guard EventLoop.running == nil else {
      EventLoop.refuse(
        "ThreadFuture.result() would block an event loop; see wrapFuture", fileID, line)
    }
    let deadline = timeout.map { SystemClock.monotonic.advanced(by: $0) } ?? .max
    guard let outcome = monitor.wait(until: deadline, for: { $0.outcome }) else {
      throw TimeoutError()
    }
    return try outcome.get()
  }

  /// Sets the value.
  ///
  /// - Throws: `InvalidStateError.alreadyDone`.
  public func setResult(_ value: Value) throws(InvalidStateError) {
    guard settle(.success(value)) else { throw .alreadyDone }
  }

  /// Sets an error, which is thrown to those that wait.
  ///
  /// - Throws: `InvalidStateError.alreadyDone`.
  public func setError(_ error: any Error) throws(InvalidStateError) {
    guard settle(.failure(error)) else { throw .alreadyDone }
  }

  /// Says that the search for the value begins: from now on it can't be cancelled.
  ///
  /// - Returns: False if it is done; it has been cancelled, then, and there is nothing to do.
  @discardableResult
  public func start() -> Bool {
    monitor.withLock { state in
      state.isRunning = state.outcome == nil
      return state.isRunning
    }
  }

  /// Cancels it, unless it is running or done: those that wait get a `CancellationError`.
  ///
  /// - Parameter message: Why: the future has it as its `cancellationMessage`.
  /// - Returns: Whether it is cancelled, now or since earlier.
  @discardableResult
  public func cancel(message: String? = nil) -> Bool {
    let callbacks: [Callback]? = monitor.withLock { state in
      guard !state.isRunning, state.outcome == nil else { return nil }
      state.isCancelled = true
      state.cancellationMessage = message
      return Self.settle(.failure(CancellationError()), &state)
    }
    guard let callbacks else { return isCancelled }
    notify(callbacks)
    return true
  }

  /// Calls a function when it is done: on the thread that makes it so; at once, if it is already.
  ///
  /// Functions are called in the order in which they were added.
  ///
  /// - Parameter callback: Gets the future.
  public func addDoneCallback(
    _ callback: @escaping @Sendable (ThreadFuture<Value>) -> Void
  ) {
    let isDone = monitor.withLock { state in
      if state.outcome == nil { state.callbacks.append(callback) }
      return state.outcome != nil
    }
    if isDone { callback(self) }
  }

  /// What became of it; nil while it is pending.
  var outcome: Result<Value, any Error>? { monitor.withLock { $0.outcome } }

  /// Returns false if it was done already.
  @discardableResult
  func settle(_ outcome: Result<Value, any Error>) -> Bool {
    let callbacks = monitor.withLock { state in
      state.outcome == nil ? Self.settle(outcome, &state) : nil
    }
    guard let callbacks else { return false }
    notify(callbacks)
    return true
  }

  private static func settle(
    _ outcome: Result<Value, any Error>, _ state: inout State
  ) -> [Callback] {
    state.isRunning = false
    state.outcome = outcome
    defer { state.callbacks = [] }
    return state.callbacks
  }

  private func notify(_ callbacks: [Callback]) {
    monitor.wakeAll()
    for callback in callbacks { callback(self) }
  }
}

/// Creates a task on a loop, from any other thread, and returns what the thread can wait for.
///
/// - Parameters:
///   - loop: Where the task runs.
///   - name: What people call it.
///   - body: What the task does.
/// - Returns: What the task will return or throw. Cancelling it cancels the task. If the loop is
///   closed before the task has begun, it gets `RunnerError.closed`.
@discardableResult
public func runCoroutineThreadsafe<Value: Sendable>(
  on loop: EventLoop, name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line,
  function: StaticString = #function,
  _ body: sending @escaping @isolated(any) () async throws -> Value
) -> ThreadFuture<Value> {
  let submission = EventLoop.Submission(ThreadFuture<Value>())
  // Taken once, by the loop.
  nonisolated(unsafe) let body = body
  loop.callSoonThreadsafe {
    guard !submission.future.isDone else { return }
    let task = unsafe loop.create(
      name: name, group: nil, site: Probe.site(fileID, line, function), isolation: nil, body)
    task.addDoneCallback { submission.end(with: $0) }
    submission.future.addDoneCallback { future in
      guard future.isCancelled else { return }
      loop.callSoonThreadsafe { task.cancel() }
    }
  }
  return submission.future
}

extension EventLoop {
  /// A task that a thread waits for.
  ///
  /// The loop has it until the task has ended. If it lets go of it earlier, it was closed.
  final class Submission<Value: Sendable>: Sendable {
    let future: ThreadFuture<Value>

    init(_ future: ThreadFuture<Value>) {
      self.future = future
    }

    deinit {
      future.settle(.failure(RunnerError.closed))
    }

    func end(with task: AsyncTask<Value>) {
      if task.isCancelled {
        future.cancel(message: task.cancelMessage)
      } else {
        future.settle(Result { try task.result() })
      }
    }
  }
}
