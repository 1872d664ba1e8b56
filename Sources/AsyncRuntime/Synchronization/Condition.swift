import AsyncTopBus

/// A condition variable: a task that holds its lock waits, without it, until another notifies it.
///
/// Several conditions may share a lock. From any task and any thread.
///
/// ```swift
/// try await condition.withLock {
///   try await condition.wait { !orders.isEmpty }
///   return orders.removeFirst()
/// }
/// ```
public final class Condition: Sendable {
  /// The lock that is held around every use.
  public let lock: Lock
  private let lot: ParkingLot<ConditionState>

  /// Makes a condition.
  ///
  /// - Parameters:
  ///   - lock: Its lock; nil makes one of the condition's name.
  ///   - name: What people call it.
  public init(
    lock: Lock? = nil, name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line
  ) {
    let site = Probe.site(fileID, line)
    self.lock = lock ?? Lock(name: name, site: site)
    lot = ParkingLot(ConditionState(), .condition, name: name, site: site)
  }

  /// Whether its lock is held.
  public var isLocked: Bool { lock.isLocked }

  /// Takes its lock: see `Lock.acquire`.
  ///
  /// - Throws: `CancellationError`; the lock is not held then.
  public nonisolated(nonsending) func acquire(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws(CancellationError) {
    try await lock.acquire(fileID: fileID, line: line)
  }

  /// The same without a source location, to satisfy a protocol or to be passed as a function.
  ///
  /// - Throws: `CancellationError`.
  @_disfavoredOverload
  public nonisolated(nonsending) func acquire() async throws(CancellationError) {
    try await acquire(fileID: "", line: 0)
  }

  /// Releases its lock: see `Lock.release`.
  public func release(fileID: StaticString = #fileID, line: UInt32 = #line) {
    lock.release(fileID: fileID, line: line)
  }

  /// The same without a source location, to satisfy a protocol or to be passed as a function.
  @_disfavoredOverload
  public func release() {
    release(fileID: "", line: 0)
  }

  /// Holds its lock while a body runs.
  ///
  /// - Parameter body: What needs the lock.
  /// - Returns: What the body returns.
  /// - Throws: `CancellationError` before the body runs; what the body throws.
  @_disfavoredOverload
  public func withLock<Result>(
    fileID: StaticString = #fileID, line: UInt32 = #line,
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Result
  ) async throws -> Result {
    try await lock.withLock(fileID: fileID, line: line, isolation: isolation, body)
  }

  /// Holds its lock while a body runs that fails only by being cancelled, if at all.
  ///
  /// - Parameter body: What needs the lock.
  /// - Returns: What the body returns.
  /// - Throws: `CancellationError`, before the body runs or in it.
  public func withLock<Result>(
    fileID: StaticString = #fileID, line: UInt32 = #line,
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws(CancellationError) -> Result
  ) async throws(CancellationError) -> Result {
    try await lock.withLock(fileID: fileID, line: line, isolation: isolation, body)
  }

  /// Releases the lock, waits until it is notified, and takes the lock again.
  ///
  /// Only while the lock is held. It is held again after that in any case, also if the task is
  /// cancelled, as often as it may be: who is cancelled while it takes the lock keeps its turn, and
  /// throws when it has the lock. If it had been notified by then, the next one is instead. So one
  /// that goes on can't rely on that what it waits for has come; `wait(for:)` looks.
  ///
  /// - Throws: `CancellationError`, of several requests the last.
  public nonisolated(nonsending) func wait(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws(CancellationError) {
    if !lock.isLocked {
      EventLoop.refuse("a condition is waited for while nobody holds its lock", fileID, line)
    }
    guard let waiter = Waiter.current else {
      return try await Waiter.atHome { () throws(CancellationError) in
        try await self.wait(fileID: fileID, line: line)
      }
    }
    if await waiter.isCancelledBefore() { throw CancellationError() }
    // Before the lock is released, so that the next holder can notify this task.
    lot.change { condition, _ in condition.waiters.append(waiter) }
    lock.release(fileID: fileID, line: line)
    let site = Probe.site(fileID, line)
    var isCancelled = await waiter.isCancelledWaiting(
      in: self, for: .resource, lot.resource.id, at: site)
    let wasNotified = waiter.wakeReason == .granted
    if await lock.isCancelledAcquiring(at: site) { isCancelled = true }
    guard isCancelled else { return }
    if wasNotified { notify(fileID: fileID, line: line) }
    throw CancellationError()
  }

  /// The same without a source location, to satisfy a protocol or to be passed as a function.
  ///
  /// - Throws: `CancellationError`.
  @_disfavoredOverload
  public nonisolated(nonsending) func wait() async throws(CancellationError) {
    try await wait(fileID: "", line: 0)
  }

  /// Waits, again and again, until something holds.
  ///
  /// Does not wait if it does. Only while the lock is held, as `wait()`.
  ///
  /// - Parameter holds: Whether it does; called with the lock held.
  /// - Throws: `CancellationError`; the lock is held then, too.
  public nonisolated(nonsending) func wait(
    fileID: StaticString = #fileID, line: UInt32 = #line, for holds: () -> Bool
  ) async throws(CancellationError) {
    while !holds() { try await wait(fileID: fileID, line: line) }
  }

  /// Wakes tasks that wait, the ones that have waited longest first.
  ///
  /// Only while the lock is held; they go on once they have it, one after the other.
  ///
  /// - Parameter count: How many at most.
  public func notify(
    _ count: Int = 1, fileID: StaticString = #fileID, line: UInt32 = #line
  ) {
    if !lock.isLocked {
      EventLoop.refuse("a condition is notified while nobody holds its lock", fileID, line)
    }
    lot.change { $0.waiters.unpark(upTo: count, .granted, into: &$1) }
  }

  /// Wakes all tasks that wait: see `notify(_:)`.
  public func notifyAll(fileID: StaticString = #fileID, line: UInt32 = #line) {
    notify(.max, fileID: fileID, line: line)
  }

  /// The same without a source location, to satisfy a protocol or to be passed as a function.
  @_disfavoredOverload
  public func notifyAll() {
    notifyAll(fileID: "", line: 0)
  }
}

extension Condition: WaitPlace {
  func cancelWait(of waiter: Waiter) -> Bool { lot.cancelWait(of: waiter) }
}

extension Condition {
  /// A condition at one moment.
  public struct Statistics: Sendable {
    /// How many waited to be notified.
    public let waiters: Int
    /// Its lock.
    public let lock: Lock.Statistics
  }

  /// What it is like now; from any thread.
  public var statistics: Statistics {
    Statistics(waiters: lot.read { $0.waiters.count }, lock: lock.statistics)
  }
}

extension Condition: CustomStringConvertible {
  /// For people: its name, whether its lock is held, and how many wait.
  public var description: String {
    let now = statistics
    let state = now.lock.isLocked ? "locked" : "unlocked"
    return lot.description(of: type(of: self), state, waiters: now.waiters)
  }
}

/// The tasks that wait to be notified.
struct ConditionState: ParkingState {
  var waiters = WaiterList()

  var occupancy: Occupancy { Occupancy(waiters: waiters.count) }

  mutating func remove(_ waiter: Waiter) -> Bool { waiters.remove(waiter) }
}
