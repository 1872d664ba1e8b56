import AsyncTopBus
import AsyncTopLinux

/// A number of permits, each held by one task at a time, given to those that wait in the order in
/// which they came: what asyncio's `Semaphore` is.
///
/// It is not called that, since the C library has a `Semaphore` that everybody imports who imports
/// Glibc or Foundation.
///
/// A released permit goes to who waits longest at once. Until that one goes on, a newcomer gets
/// none, also if others are free: nobody overtakes who has waited. From any task and any thread.
///
/// Sendable:
/// 1. `initial` never changes. `permits`, `waiters` and `woken` are only touched under `guarding`,
///    as is what is reported of them.
/// 2. A waiter that was taken out of `waiters` has its permit; it is woken outside of `guarding`.
///    Until it says that it goes on it is one of the `woken`.
/// 3. While somebody is woken newcomers become waiters. Who goes on wakes as many as are free.
public final class AsyncSemaphore: @unchecked Sendable {
  private let guarding = SpinLock()
  private let resource: Probe.Resource
  private let initial: Int
  private var permits: Int
  private var waiters = WaiterList()
  private var woken = 0

  /// Makes a semaphore.
  ///
  /// - Parameters:
  ///   - permits: How many it has at first; not less than 0.
  ///   - name: What people call it.
  public init(
    _ permits: Int = 1, name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line
  ) {
    if permits < 0 {
      EventLoop.refuse("AsyncSemaphore(\(permits)): it has at least 0 permits", fileID, line)
    }
    initial = permits
    self.permits = permits
    resource = Probe.Resource(.semaphore, name: name, site: Probe.site(fileID, line))
    reportLevel()
  }

  deinit {
    resource.ended()
  }

  /// Whether who wants a permit must wait: for one, or for those that have waited to go on.
  public var isLocked: Bool { guarding.withLock { permits == 0 || woken > 0 } }

  /// Takes a permit, waiting until those that came before have theirs and one is free.
  ///
  /// Does not suspend if one is free and nobody who has waited is about to go on.
  ///
  /// - Throws: `CancellationError`; no permit is taken then.
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
    guard !tryAcquire(orQueue: waiter) else { return }
    do {
      try await waiter.wait(in: self, for: .resource, resource.id, at: Probe.site(fileID, line))
    } catch {
      if waiter.wakeReason == .granted { goOn(givingBack: 1) }
      throw error
    }
    goOn(givingBack: 0)
  }

  /// The same without a place, as a witness or as a value.
  ///
  /// - Throws: `CancellationError`.
  @_disfavoredOverload
  public nonisolated(nonsending) func acquire() async throws(CancellationError) {
    try await acquire(fileID: "", line: 0)
  }

  // One that was woken runs.
  private func goOn(givingBack count: Int) {
    var next = WokenWaiters()
    guarding.withLock {
      woken -= 1
      permits += count
      if count > 0 { reportHolder(0) }
      while permits > 0, let waiter = waiters.removeFirst() {
        permits -= 1
        woken += 1
        reportHolder(waiter.reportedID)
        next.append(waiter)
      }
      if count > 0 || next.count > 0 { reportLevel() }
    }
    next.wake(.granted)
  }

  /// Takes a permit if one is free, and nobody who has waited is about to go on.
  ///
  /// - Returns: Whether it is taken.
  public func tryAcquire() -> Bool { tryAcquire(orQueue: nil) }

  private func tryAcquire(orQueue waiter: Waiter?) -> Bool {
    guarding.withLock {
      let isFree = permits > 0 && woken == 0
      if isFree {
        permits -= 1
        reportHolder(Probe.currentTask)
      } else if let waiter {
        waiters.append(waiter)
      } else {
        return false
      }
      reportLevel()
      return isFree
    }
  }

  /// Gives a permit to who waits longest, or puts it with the free ones.
  ///
  /// From any task, also one that has taken none, and from any thread: there can be more permits
  /// than at first. See `BoundedSemaphore`.
  public func release() {
    _ = release(upTo: .max)
  }

  // Returns false, and does nothing, if there were more permits than the limit.
  func release(upTo limit: Int) -> Bool {
    var next: Waiter?
    let isReleased = guarding.withLock {
      guard permits < limit else { return false }
      next = waiters.removeFirst()
      if next == nil { permits += 1 } else { woken += 1 }
      reportHolder(next?.reportedID ?? 0)
      reportLevel()
      return true
    }
    next?.wakeFromAnyThread(.granted)
    return isReleased
  }

  /// Holds a permit while a body runs.
  ///
  /// - Parameter body: What needs the permit.
  /// - Returns: What the body returns.
  /// - Throws: `CancellationError` before the body runs; what the body throws.
  @_disfavoredOverload
  public func withPermit<Result>(
    fileID: StaticString = #fileID, line: UInt32 = #line,
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Result
  ) async throws -> Result {
    try await acquire(fileID: fileID, line: line)
    defer { release() }
    return try await body()
  }

  /// Holds a permit while a body runs that fails only by being cancelled, if at all.
  ///
  /// - Parameter body: What needs the permit.
  /// - Returns: What the body returns.
  /// - Throws: `CancellationError`, before the body runs or in it.
  public func withPermit<Result>(
    fileID: StaticString = #fileID, line: UInt32 = #line,
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws(CancellationError) -> Result
  ) async throws(CancellationError) -> Result {
    try await acquire(fileID: fileID, line: line)
    defer { release() }
    return try await body()
  }

  private func reportLevel() {
    resource.level(max(initial - permits, 0), of: initial, waiters: waiters.count)
  }

  // Of several, nobody knows who holds which.
  private func reportHolder(_ task: UInt64) {
    if initial == 1 { resource.held(by: task) }
  }
}

extension AsyncSemaphore: WaitPlace {
  func cancelWait(of waiter: Waiter) -> Bool {
    let hasWaited = guarding.withLock {
      guard waiters.remove(waiter) else { return false }
      reportLevel()
      return true
    }
    if hasWaited { waiter.wakeFromAnyThread(.cancelled) }
    return hasWaited
  }
}

extension AsyncSemaphore {
  /// A semaphore at one moment.
  public struct Statistics: Sendable {
    /// How many permits were free.
    public let permits: Int
    /// How many it had at first.
    public let initialPermits: Int
    /// How many waited for one.
    public let waiters: Int
    /// Who holds the permit, if the semaphore had one at first and that is known.
    public let hold: Hold?
  }

  /// What it is like now; from any thread.
  public var statistics: Statistics {
    let hold = Hold(of: resource)
    return guarding.withLock {
      Statistics(
        permits: permits, initialPermits: initial, waiters: waiters.count, hold: hold)
    }
  }
}

/// The C library's name, which can't be ours where Glibc or Foundation is imported.
@available(*, unavailable, renamed: "AsyncSemaphore")
public typealias Semaphore = AsyncSemaphore

extension AsyncSemaphore: CustomStringConvertible {
  /// For people: its name, how many permits are free, and how many wait.
  public var description: String {
    let now = statistics
    return resource.described(
      as: type(of: self), "\(now.permits) of \(now.initialPermits) free", waiters: now.waiters)
  }
}
