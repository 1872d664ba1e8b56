import AsyncTopBus

/// A value that someone will set, and that any number of tasks can wait for.
///
/// It belongs to the thread of the loop it was made for. Sendable because every entry point checks
/// that.
public final class Future<Value: Sendable>: @unchecked Sendable {
  /// The loop it belongs to.
  public let loop: EventLoop
  @safe @exclusivity(unchecked) private var outcome: Result<Value, any Error>?
  @safe @exclusivity(unchecked) private var wasLookedAt = false
  @safe @exclusivity(unchecked) var wasReported = false
  @safe @exclusivity(unchecked) private var observers = Observers()
  // What will settle it, if that is on the bus.
  private let resource: UInt64
  /// Whether it was cancelled.
  @safe @exclusivity(unchecked) public private(set) var isCancelled = false
  /// The message of the request that has cancelled it.
  @safe @exclusivity(unchecked) public private(set) var cancellationMessage: String?

  /// Makes a pending future of the loop whose task or callback asks.
  ///
  /// - Throws: `AwaitError.noLoop` where there is none.
  public convenience init() throws(AwaitError) {
    guard let loop = EventLoop.ofCaller else { throw .noLoop("Future()") }
    self.init(on: loop)
  }

  /// Makes a pending future on a loop.
  ///
  /// - Parameter loop: The loop.
  public init(on loop: EventLoop) {
    self.loop = loop
    resource = 0
  }

  /// Makes a pending future, whose waiters wait for a resource as asynctop shows it.
  init(on loop: EventLoop, waitingFor resource: Probe.Resource?) {
    self.loop = loop
    self.resource = resource?.id ?? 0
  }

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

  func settle(_ outcome: Result<Value, any Error>) throws(InvalidStateError) {
    loop.checkThread()
    guard !isDone else { throw .alreadyDone }
    end(outcome)
  }

  private func end(_ outcome: Result<Value, any Error>) {
    self.outcome = outcome
    observers.takeAll().tell(of: self)
  }

  deinit {
    guard case .failure(let error) = outcome, !isCancelled, !wasLookedAt else { return }
    loop.reportUnseen(error, of: "A future's error was never looked at.")
  }
}

extension Future: Waitable {
  /// Whether it has a value or an error, or was cancelled.
  public var isDone: Bool { outcome != nil }

  /// Whether an error was set.
  public var hasThrown: Bool {
    if case .failure = outcome { !isCancelled } else { false }
  }

  /// Cancels it: who waits gets a `CancellationError`.
  ///
  /// - Parameter message: Why: the future has it as its `cancellationMessage`.
  /// - Returns: False if it was done already. An error that nobody has looked at is then no longer
  ///   reported.
  @discardableResult
  public func cancel(message: String?) -> Bool {
    loop.checkThread()
    wasLookedAt = true
    guard !isDone else { return false }
    isCancelled = true
    cancellationMessage = message
    end(.failure(CancellationError()))
    return true
  }

  /// The error that was set, once it is done; nil if it has a value.
  ///
  /// - Throws: `CancellationError` if it was cancelled, `InvalidStateError` if it is not done.
  public func error() throws -> (any Error)? {
    loop.checkThread()
    wasLookedAt = true
    switch outcome {
    case nil: throw InvalidStateError.notDone
    case .success: return nil
    case .failure(let error): if isCancelled { throw error } else { return error }
    }
  }

  /// Has a handle told when it is done; see `Waitable`.
  public func _attach(_ handle: Handle) -> Int {
    loop.checkThread()
    return observers.add(handle)
  }

  /// Takes a handle out; see `Waitable`.
  public func _detach(_ handle: Handle, _ token: Int) -> Bool {
    loop.checkThread()
    guard observers.remove(handle, token) else { return false }
    ReadyItem.release(handle)
    return true
  }
}

extension Future: Awaitable {
  /// Itself.
  public func scheduled(isolation: isolated (any Actor)?) -> Future<Value> { self }

  /// The value, if it is there.
  ///
  /// - Throws: The error that was set, `CancellationError`, or `InvalidStateError.notDone`.
  public func result() throws -> Value {
    loop.checkThread()
    guard let outcome else { throw InvalidStateError.notDone }
    wasLookedAt = true
    return try outcome.get()
  }

  /// Waits for the value.
  ///
  /// Does not suspend if it is there.
  ///
  /// If the waiting task is cancelled, the future is, and with it everyone who waits for it.
  ///
  /// - Throws: The error that was set; `CancellationError`. `AwaitError` where it can't be awaited.
  public nonisolated(nonsending) var value: Value {
    get async throws {
      try await awaited(at: 0)
    }
  }

  /// Waits for the value, as `value` does.
  ///
  /// asynctop then knows the line; of `value` it knows the function that goes on.
  ///
  /// - Returns: The value.
  /// - Throws: The error that was set; `CancellationError`. `AwaitError` where it can't be awaited.
  public nonisolated(nonsending) func value(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> Value {
    try await awaited(at: Probe.site(fileID, line))
  }

  private nonisolated(nonsending) func awaited(at site: UInt32) async throws -> Value {
    guard loop.isOnThread else { return try await awaitedElsewhere(at: site) }
    if outcome == nil { try await wait(at: site) }
    if loop.isOnThread { return try result() }
    return try await loop.atHome { try self.result() }
  }

  // For a task of the same loop that its actor has taken to another thread.
  private nonisolated(nonsending) func awaitedElsewhere(at site: UInt32) async throws -> Value {
    guard EventLoop.ofCurrentTask === loop else { throw AwaitError.otherLoop }
    return try await loop.atHome { try await self.awaited(at: site) }
  }

  private nonisolated(nonsending) func wait(at site: UInt32) async throws {
    guard loop.isRunningHere else { throw AwaitError.otherLoop }
    let waiter = loop.waiter()
    // A request to cancel that came before the wait is passed on as one that comes later is.
    if waiter.mustCancel { cancel(message: waiter.cancelMessage) }
    try await waiter.refuseIfCancelled()
    observers.add(waiter)
    let (kind, target) =
      resource == 0 ? (Probe.Awaited.future, reportedID) : (.resource, resource)
    do {
      try await waiter.wait(in: self, for: kind, target, at: site)
    } catch {
      // Of several requests the first has cancelled this: its error is the result.
      if !isCancelled { throw error }
    }
  }

  /// By which asynctop knows it.
  var reportedID: UInt64 {
    unsafe UInt64(UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque()))
  }
}

extension Future: WaitPlace {
  func cancelWait(of waiter: Waiter) -> Bool {
    cancel(message: waiter.cancelMessage)
  }
}

extension Future: Hashable {
  /// Whether both are the same future.
  public static func == (left: Future, right: Future) -> Bool { left === right }

  /// Feeds its identity.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(self))
  }
}

extension Future: CustomStringConvertible {
  /// For people: its type, and on its loop's thread what has become of it and how many wait for it.
  public var description: String {
    guard loop.isOnThread else { return "\(type(of: self))" }
    let state =
      switch outcome {
      case nil: "pending"
      case .success: "has a value"
      case .failure where isCancelled: cancellationMessage.map { "cancelled: \($0)" } ?? "cancelled"
      case .failure(let error): "threw \(error)"
      }
    let waiting = observers.count == 0 ? "" : ", \(observers.count) waiting for it"
    return "\(type(of: self)), \(state)\(waiting)"
  }
}

/// Something was asked for what it can't do in its state.
@nonexhaustive
public enum InvalidStateError: Error, CustomStringConvertible {
  /// A future or task has no result yet.
  case notDone
  /// A future has a result already.
  case alreadyDone
  /// A timeout has expired, or what it limits has ended.
  case timeoutOver

  /// For people.
  public var description: String {
    switch self {
    case .notDone: "the result is not there yet"
    case .alreadyDone: "there is a result already, or it was cancelled"
    case .timeoutOver: "the timeout has expired, or what it limits has ended"
    }
  }
}
