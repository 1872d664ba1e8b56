import Instrumentation

/// A value that someone will set, and that any number of tasks can wait for.
///
/// It belongs to the thread of the loop it was made for. Sendable because every entry point checks
/// that.
public final class Future<Value: Sendable>: @unchecked Sendable {
  private let loop: EventLoop
  private var outcome: Result<Value, any Error>?
  private var wasLookedAt = false
  private var observers = Observers()
  // What will settle it, if that is on the bus.
  private let resource: UInt64
  /// Whether it was cancelled.
  public private(set) var isCancelled = false

  /// Makes a pending future on the loop that runs on this thread.
  public init() {
    loop = EventLoop.required(for: "Future()")
    resource = 0
  }

  /// Makes a pending future, whose waiters wait for a resource as asynctop shows it.
  init(on loop: EventLoop, waitingFor resource: Probe.Resource?) {
    self.loop = loop
    self.resource = resource?.id ?? 0
  }

  /// Whether it has a result or was cancelled.
  public var isDone: Bool { outcome != nil }

  /// Sets the value; who waits becomes ready.
  ///
  /// - Throws: `InvalidStateError.alreadyDone`.
  public func setResult(_ value: Value) throws(InvalidStateError) {
    try settle(.success(value))
  }

  /// Sets an error, thrown to who waits.
  ///
  /// - Throws: `InvalidStateError.alreadyDone`.
  public func setError(_ error: any Error) throws(InvalidStateError) {
    try settle(.failure(error))
  }

  /// Cancels it: who waits gets a `CancelledError`.
  ///
  /// - Parameter message: Is carried by the error.
  /// - Returns: False if it was done already.
  @discardableResult
  public func cancel(message: String? = nil) -> Bool {
    loop.checkThread()
    guard !isDone else { return false }
    isCancelled = true
    outcome = .failure(CancelledError(message: message))
    observers.notify(on: loop)
    return true
  }

  /// The value, if it is there.
  ///
  /// - Throws: The error that was set, `CancelledError`, or `InvalidStateError.notDone`.
  public func result() throws -> Value {
    loop.checkThread()
    wasLookedAt = true
    guard let outcome else { throw InvalidStateError.notDone }
    return try outcome.get()
  }

  /// Waits for the value.
  ///
  /// Does not suspend if it is there.
  ///
  /// If the waiting task is cancelled, the future is, and with it everyone who waits for it.
  ///
  /// - Throws: The error that was set; `CancelledError`.
  public nonisolated(nonsending) var value: Value {
    get async throws {
      loop.checkThread()
      if outcome == nil {
        let waiter = loop.waiter()
        try await waiter.refuseIfCancelled()
        if outcome == nil {
          observers.add(waiter)
          if resource != 0 {
            try await waiter.wait(in: self, for: .resource, resource, at: 0)
          } else {
            let address = unsafe UInt64(UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque()))
            try await waiter.wait(in: self, for: .future, address, at: 0)
          }
        }
      }
      return try result()
    }
  }

  /// Calls a function once the future is done, in an iteration after that; also if it is already.
  ///
  /// Functions are called in the order in which they were added.
  ///
  /// - Parameter callback: Gets the future. What it throws goes to the exception handler.
  public func addDoneCallback(_ callback: @escaping (Future<Value>) throws -> Void) {
    loop.checkThread()
    let handle = Handle(loop) { [self] in try callback(self) }
    if isDone { loop.ready.append(ReadyItem(retaining: handle)) } else { observers.add(handle) }
  }

  func settle(_ outcome: Result<Value, any Error>) throws(InvalidStateError) {
    loop.checkThread()
    guard !isDone else { throw .alreadyDone }
    self.outcome = outcome
    observers.notify(on: loop)
  }

  deinit {
    guard case .failure(let error) = outcome, !isCancelled, !wasLookedAt else { return }
    loop.reportUnseen(error, of: "A future's error was never looked at.")
  }
}

extension Future: WaitPlace {
  func cancelWait(of waiter: Waiter) -> Bool {
    cancel(message: waiter.cancelMessage)
  }
}
