import AsyncTopBus
import AsyncTopLinux

/// Held by one task at a time, given to those that wait in the order in which they came.
///
/// Between two awaits nothing else runs on a loop, so among the tasks of one loop a lock is only
/// needed around what awaits. It works as well between the tasks of several loops and native tasks,
/// on whatever threads. It is not reentrant.
///
/// A released lock goes to who waits longest at once, and stays locked; a newcomer can't get it
/// before.
///
/// Sendable:
/// 1. `waiters` and `isHeld` are only touched under `guarding`, as is what is reported of them.
/// 2. A waiter that was taken out of `waiters` holds the lock; it is woken outside of `guarding`.
public final class Lock: @unchecked Sendable {
  private let guarding = SpinLock()
  let resource: Probe.Resource
  @safe @exclusivity(unchecked) private var waiters = WaiterList()
  @safe @exclusivity(unchecked) private var isHeld = false

  /// Makes an unlocked lock.
  ///
  /// - Parameter name: What people call it.
  public convenience init(
    name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line
  ) {
    self.init(name: name, site: Probe.site(fileID, line))
  }

  init(name: String?, site: UInt32) {
    resource = Probe.Resource(.lock, name: name, site: site)
  }

  deinit {
    resource.ended()
  }

  /// Whether it is held.
  public var isLocked: Bool { guarding.withLock { isHeld } }

  /// Takes the lock, waiting until those that came before have released it.
  ///
  /// Does not suspend if nobody holds it.
  ///
  /// - Throws: `CancellationError`; the lock is not held then.
  public nonisolated(nonsending) func acquire(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws(CancellationError) {
    if tryAcquire() { return }
    guard let waiter = Waiter.current else {
      return try await Waiter.atHome { () throws(CancellationError) in
        try await self.acquire(fileID: fileID, line: line)
      }
    }
    try await waiter.refuseIfCancelled()
    guard !acquire(orQueue: waiter) else { return }
    do {
      try await waiter.wait(
        in: self, for: .resource, resource.id, at: Probe.site(fileID, line))
    } catch {
      if waiter.wakeReason == .granted { release(fileID: fileID, line: line) }
      throw error
    }
  }

  /// The same without a place, as a witness or as a value.
  ///
  /// - Throws: `CancellationError`.
  @_disfavoredOverload
  public nonisolated(nonsending) func acquire() async throws(CancellationError) {
    try await acquire(fileID: "", line: 0)
  }

  /// Takes the lock if nobody holds it.
  ///
  /// - Returns: Whether it is taken.
  public func tryAcquire() -> Bool {
    guarding.withLock {
      guard !isHeld else { return false }
      isHeld = true
      resource.held(by: Probe.currentTask)
      return true
    }
  }

  /// Gives the lock to who waits longest, or to nobody.
  ///
  /// Only while it is locked; from any task and any thread.
  public func release(fileID: StaticString = #fileID, line: UInt32 = #line) {
    let next = guarding.withLock {
      if !isHeld { EventLoop.refuse("a lock is released that nobody holds", fileID, line) }
      guard let next = waiters.removeFirst() else {
        isHeld = false
        resource.held(by: 0)
        return Waiter?.none
      }
      resource.held(by: next.reportedID)
      reportWaiters()
      return next
    }
    next?.wakeFromAnyThread(.granted)
  }

  /// The same without a place, as a witness or as a value.
  @_disfavoredOverload
  public func release() {
    release(fileID: "", line: 0)
  }

  /// Holds the lock while a body runs.
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
    try await acquire(fileID: fileID, line: line)
    defer { release(fileID: fileID, line: line) }
    return try await body()
  }

  /// Holds the lock while a body runs that fails only by being cancelled, if at all.
  ///
  /// - Parameter body: What needs the lock.
  /// - Returns: What the body returns.
  /// - Throws: `CancellationError`, before the body runs or in it.
  public func withLock<Result>(
    fileID: StaticString = #fileID, line: UInt32 = #line,
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws(CancellationError) -> Result
  ) async throws(CancellationError) -> Result {
    try await acquire(fileID: fileID, line: line)
    defer { release(fileID: fileID, line: line) }
    return try await body()
  }

  /// Takes the lock, whoever is cancelled meanwhile.
  ///
  /// - Returns: The last request to cancel that came in this time.
  nonisolated(nonsending)
    func acquireUncancellably(at site: UInt32) async -> CancellationError?
  {
    if tryAcquire() { return nil }
    guard let waiter = Waiter.current else {
      return await Waiter.atHome { await self.acquireUncancellably(at: site) }
    }
    guard !acquire(orQueue: waiter) else { return nil }
    do {
      try await waiter.wait(
        in: UncancellablePlace.shared, for: .resource, resource.id, at: site)
      return nil
    } catch {
      return error
    }
  }

  private func acquire(orQueue waiter: Waiter) -> Bool {
    guarding.withLock {
      if isHeld {
        waiters.append(waiter)
        reportWaiters()
        return false
      }
      isHeld = true
      resource.held(by: Probe.currentTask)
      return true
    }
  }

  private func reportWaiters() {
    resource.level(0, of: 0, waiters: waiters.count)
  }
}

extension Lock: WaitPlace {
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

extension Lock {
  /// A lock at one moment.
  public struct Statistics: Sendable {
    /// Whether it was held.
    public let isLocked: Bool
    /// How many waited for it.
    public let waiters: Int
    /// Who holds it, if that is known.
    public let hold: Hold?
  }

  /// What it is like now; from any thread.
  public var statistics: Statistics {
    let hold = Hold(of: resource)
    return guarding.withLock {
      Statistics(isLocked: isHeld, waiters: waiters.count, hold: isHeld ? hold : nil)
    }
  }
}

extension Lock: CustomStringConvertible {
  /// For people: its name, who holds it, and how many wait.
  public var description: String {
    let now = statistics
    let holder = now.hold.map { " by the task \($0.task)" } ?? ""
    let state = now.isLocked ? "held\(holder)" : "free"
    return resource.described(as: type(of: self), state, waiters: now.waiters)
  }
}

/// Who holds a lock or the like.
public struct Hold: Sendable {
  /// The id of the task, by which asynctop knows it.
  public let task: UInt64
  /// Since when, on the clock of loops that are not in a test.
  public let since: EventLoop.Instant

  // Nil if nobody does that the probe knows.
  init?(of resource: Probe.Resource) {
    guard let hold = resource.hold else { return nil }
    task = hold.task
    since = EventLoop.Instant(nanoseconds: hold.since)
  }
}
