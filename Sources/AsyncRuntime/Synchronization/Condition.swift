import AsyncTopBus
import AsyncTopLinux

/// Where those that hold a lock wait, without it, for what another one that holds it will change.
///
/// Several conditions may share a lock. From any task and any thread.
///
/// ```swift
/// try await condition.withLock {
///   try await condition.wait { !orders.isEmpty }
///   return orders.removeFirst()
/// }
/// ```
///
/// Sendable:
/// 1. `lock` never changes. `waiters` is only touched under `guarding`, as is what is reported of
///    it; never is the lock taken or released under it.
/// 2. Who waits is in `waiters` before it releases the lock, so that who takes it after that finds
///    it there.
public final class Condition: @unchecked Sendable {
  /// The lock that is held around every use.
  public let lock: Lock
  private let guarding = SpinLock()
  private let resource: Probe.Resource
  private var waiters = WaiterList()

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
    resource = Probe.Resource(.condition, name: name, site: site)
  }

  deinit {
    resource.ended()
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

  /// The same without a place, as a witness or as a value.
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

  /// The same without a place, as a witness or as a value.
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
    try await waiter.refuseIfCancelled()
    guarding.withLock {
      waiters.append(waiter)
      reportWaiters()
    }
    lock.release(fileID: fileID, line: line)
    let site = Probe.site(fileID, line)
    var cancellation: CancellationError?
    do {
      try await waiter.wait(in: self, for: .resource, resource.id, at: site)
    } catch {
      cancellation = error
    }
    let wasNotified = waiter.wakeReason == .granted
    cancellation = await lock.acquireUncancellably(at: site) ?? cancellation
    guard let cancellation else { return }
    if wasNotified { notify(fileID: fileID, line: line) }
    throw cancellation
  }

  /// The same without a place, as a witness or as a value.
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

  /// Lets some of those that wait go on, the first ones first.
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
    let woken = guarding.withLock {
      defer { reportWaiters() }
      return waiters.removeFirst(count)
    }
    woken.wake(.granted)
  }

  /// Lets all that wait go on: see `notify(_:)`.
  public func notifyAll(fileID: StaticString = #fileID, line: UInt32 = #line) {
    notify(.max, fileID: fileID, line: line)
  }

  /// The same without a place, as a witness or as a value.
  @_disfavoredOverload
  public func notifyAll() {
    notifyAll(fileID: "", line: 0)
  }

  private func reportWaiters() {
    resource.level(0, of: 0, waiters: waiters.count)
  }
}

extension Condition: WaitPlace {
  func cancelWait(of waiter: Waiter) -> Bool {
    let hasWaited = guarding.withLock {
      guard waiters.remove(waiter) else { return false }
      reportWaiters()
      return true
    }
    if hasWaited { waiter.wakeFromAnyThread(.cancelled) }
    return hasWaited
  }
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
    Statistics(waiters: guarding.withLock { waiters.count }, lock: lock.statistics)
  }
}

extension Condition: CustomStringConvertible {
  /// For people: its name, whether its lock is held, and how many wait.
  public var description: String {
    let now = statistics
    let state = now.lock.isLocked ? "locked" : "unlocked"
    return resource.described(as: type(of: self), state, waiters: now.waiters)
  }
}
