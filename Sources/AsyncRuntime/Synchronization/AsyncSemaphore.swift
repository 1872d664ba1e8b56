import AsyncTopBus

/// A counting semaphore, fair in first-in, first-out order: asyncio's `Semaphore`.
///
/// It is not called that, since Glibc and Foundation export a `Semaphore` of the C library.
///
/// A released permit goes directly to the task that has waited longest. Until that task resumes, no
/// later one gets a permit, even if some are free: waiting tasks are never overtaken. From any task
/// and any thread.
public final class AsyncSemaphore: Sendable {
  private let lot: ParkingLot<SemaphoreState>

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
    lot = ParkingLot(
      SemaphoreState(permits), .semaphore, name: name, site: Probe.site(fileID, line))
  }

  /// Whether `acquire()` would wait: no permit is free, or tasks that were granted one have yet to
  /// resume.
  public var isLocked: Bool { lot.read { !$0.isFree } }

  /// Takes a permit, waiting behind the tasks that asked for one earlier.
  ///
  /// Does not suspend unless `isLocked`.
  ///
  /// - Throws: `CancellationError`; no permit is taken then.
  public nonisolated(nonsending) func acquire(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws(CancellationError) {
    if tryAcquire() { return }
    let departure = await lot.park(in: self, fileID, line) { semaphore, waiter, _ in
      semaphore.acquire(by: Probe.currentTask, orPark: waiter)
    } passingOn: { semaphore, woken in
      semaphore.goOn(givingBack: 1, into: &woken)
    }
    if departure == .wasCancelled { throw CancellationError() }
    if departure == .wasGranted { lot.change { $0.goOn(givingBack: 0, into: &$1) } }
  }

  /// The same without a source location, to satisfy a protocol or to be passed as a function.
  ///
  /// - Throws: `CancellationError`.
  @_disfavoredOverload
  public nonisolated(nonsending) func acquire() async throws(CancellationError) {
    try await acquire(fileID: "", line: 0)
  }

  /// Takes a permit unless `isLocked`.
  ///
  /// - Returns: Whether it is taken.
  public func tryAcquire() -> Bool {
    lot.change { semaphore, _ in
      semaphore.acquire(by: Probe.currentTask, orPark: nil)
    } == .passes
  }

  /// Hands a permit to the task that has waited longest, or makes it free.
  ///
  /// From any task, also one that has taken none, and from any thread: the number of permits can
  /// exceed the initial one. See `BoundedSemaphore`.
  public func release() {
    _ = release(upTo: .max)
  }

  /// The same, if there are no more permits than the limit.
  ///
  /// Returns false otherwise.
  func release(upTo limit: Int) -> Bool {
    lot.change { $0.release(upTo: limit, into: &$1) }
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
}

extension AsyncSemaphore: WaitPlace {
  func cancelWait(of waiter: Waiter) -> Bool { lot.cancelWait(of: waiter) }
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
    /// The task that holds the permit, if the semaphore was made with one and that is known.
    public let hold: Hold?
  }

  /// What it is like now; from any thread.
  public var statistics: Statistics {
    let hold = Hold(of: lot.resource)
    return lot.read {
      Statistics(
        permits: $0.permits, initialPermits: $0.initial, waiters: $0.waiters.count, hold: hold)
    }
  }
}

extension AsyncSemaphore: CustomStringConvertible {
  /// For people: its name, how many permits are free, and how many wait.
  public var description: String {
    let now = statistics
    return lot.description(
      of: type(of: self), "\(now.permits) of \(now.initialPermits) free", waiters: now.waiters)
  }
}

/// The C library's name, which can't be ours where Glibc or Foundation is imported.
@available(*, unavailable, renamed: "AsyncSemaphore")
public typealias Semaphore = AsyncSemaphore

/// The permits of a semaphore, and the tasks that wait for one.
struct SemaphoreState: ParkingState {
  let initial: Int
  private(set) var permits: Int
  private(set) var waiters = WaiterList()
  // Tasks that were granted a permit while they waited, and have not resumed yet. Until they have,
  // later ones wait; each that resumes grants the permits that became free meanwhile.
  private var woken = 0
  // Known only for a semaphore of one permit.
  private var holder: UInt64 = 0

  init(_ permits: Int) {
    initial = permits
    self.permits = permits
  }

  var isFree: Bool { permits > 0 && woken == 0 }

  var occupancy: Occupancy {
    Occupancy(
      depth: max(initial - permits, 0), capacity: initial, waiters: waiters.count, holder: holder)
  }

  mutating func acquire(by task: @autoclosure () -> UInt64, orPark waiter: Waiter?) -> Arrival {
    if isFree {
      permits -= 1
      if initial == 1 { holder = task() }
      return .passes
    }
    if let waiter { waiters.append(waiter) }
    return .parks
  }

  /// Hands a permit to the first waiter, or makes it free.
  ///
  /// Returns false, and does nothing, if there were more permits than the limit.
  mutating func release(upTo limit: Int, into woken: inout WokenWaiters) -> Bool {
    guard permits < limit else { return false }
    permits += 1
    holder = 0
    grant(into: &woken)
    return true
  }

  /// A task that was granted a permit resumes, and perhaps returns it.
  mutating func goOn(givingBack count: Int, into woken: inout WokenWaiters) {
    self.woken -= 1
    permits += count
    if count > 0 { holder = 0 }
    while permits > 0, grant(into: &woken) {}
  }

  @discardableResult
  private mutating func grant(into woken: inout WokenWaiters) -> Bool {
    guard let task = waiters.unparkFirst(.granted, into: &woken) else { return false }
    permits -= 1
    self.woken += 1
    if initial == 1 { holder = task }
    return true
  }

  mutating func remove(_ waiter: Waiter) -> Bool { waiters.remove(waiter) }
}
