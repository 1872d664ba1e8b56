import AsyncTopBus

/// A mutual exclusion lock: held by one task at a time, handed over in first-in, first-out order.
///
/// Between two awaits nothing else runs on a loop, so among the tasks of one loop a lock is only
/// needed around what awaits. It works as well between the tasks of several loops and native tasks,
/// on whatever threads. It is not reentrant.
///
/// Releasing hands the lock directly to the task that has waited longest: it stays locked, and no
/// later task can take it first.
public final class Lock: Sendable {
  let lot: ParkingLot<LockState>

  /// Makes an unlocked lock.
  ///
  /// - Parameter name: What people call it.
  public convenience init(
    name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line
  ) {
    self.init(name: name, site: Probe.site(fileID, line))
  }

  init(name: String?, site: UInt32) {
    lot = ParkingLot(LockState(), .lock, name: name, site: site)
  }

  /// Whether it is held.
  public var isLocked: Bool { lot.read { $0.isHeld } }

  /// Takes the lock, waiting behind the tasks that asked for it earlier.
  ///
  /// Does not suspend if nobody holds it.
  ///
  /// - Throws: `CancellationError`; the lock is not held then.
  public nonisolated(nonsending) func acquire(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws(CancellationError) {
    if tryAcquire() { return }
    let departure = await lot.park(in: self, fileID, line) { lock, waiter, _ in
      lock.acquire(by: Probe.currentTask, orPark: waiter)
    } passingOn: { lock, woken in
      _ = lock.release(by: Probe.currentTask, into: &woken)
    }
    if departure == .wasCancelled { throw CancellationError() }
  }

  /// The same without a source location, to satisfy a protocol or to be passed as a function.
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
    lot.change { lock, _ in lock.acquire(by: Probe.currentTask, orPark: nil) } == .passes
  }

  /// Hands the lock to the task that has waited longest, or unlocks it if none waits.
  ///
  /// Only while it is locked; from any task and any thread. A task may release a lock that another
  /// task holds, as in asyncio; asynctop shows a warning then.
  public func release(fileID: StaticString = #fileID, line: UInt32 = #line) {
    if !lot.change({ $0.release(by: Probe.currentTask, into: &$1) }) {
      EventLoop.refuse("a lock is released that nobody holds", fileID, line)
    }
  }

  /// The same without a source location, to satisfy a protocol or to be passed as a function.
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

  /// Takes the lock, also if the task is cancelled meanwhile.
  ///
  /// Returns whether it was.
  nonisolated(nonsending)
    func isCancelledAcquiring(at site: UInt32) async -> Bool
  {
    if tryAcquire() { return false }
    guard let waiter = Waiter.current else {
      return await Waiter.atHome { await self.isCancelledAcquiring(at: site) }
    }
    let arrival = lot.change { lock, _ in
      lock.acquire(by: Probe.currentTask, orPark: waiter)
    }
    guard arrival == .parks else { return false }
    return await waiter.isCancelledWaiting(
      in: UncancellablePlace.shared, for: .resource, lot.resource.id, at: site)
  }
}

extension Lock: WaitPlace {
  func cancelWait(of waiter: Waiter) -> Bool { lot.cancelWait(of: waiter) }
}

extension Lock {
  /// A lock at one moment.
  public struct Statistics: Sendable {
    /// Whether it was held.
    public let isLocked: Bool
    /// How many waited for it.
    public let waiters: Int
    /// The task that holds it, if that is known.
    public let hold: Hold?
  }

  /// What it is like now; from any thread.
  public var statistics: Statistics {
    let hold = Hold(of: lot.resource)
    return lot.read {
      Statistics(isLocked: $0.isHeld, waiters: $0.waiters.count, hold: $0.isHeld ? hold : nil)
    }
  }
}

extension Lock: CustomStringConvertible {
  /// For people: its name, the task that holds it, and how many wait.
  public var description: String {
    let now = statistics
    let holder = now.hold.map { " by the task \($0.task)" } ?? ""
    let state = now.isLocked ? "held\(holder)" : "free"
    return lot.description(of: type(of: self), state, waiters: now.waiters)
  }
}

/// Whether a lock is held, by which task, and the tasks that wait for it.
struct LockState: ParkingState {
  private(set) var isHeld = false
  // The id of the holder; 0 if it is no task that the bus lists.
  private var holder: UInt64 = 0
  // The id of the task that released it last, if it was not the holder; else 0.
  private var stranger: UInt64 = 0
  private(set) var waiters = WaiterList()

  var occupancy: Occupancy {
    Occupancy(waiters: waiters.count, holder: holder, releasedBy: stranger)
  }

  /// Takes the lock if it is free; otherwise parks the waiter, if there is one.
  mutating func acquire(by task: @autoclosure () -> UInt64, orPark waiter: Waiter?) -> Arrival {
    guard isHeld else {
      isHeld = true
      holder = task()
      stranger = 0
      return .passes
    }
    if let waiter { waiters.append(waiter) }
    return .parks
  }

  /// Hands the lock to the first waiter, or unlocks it.
  ///
  /// Returns false if it is not held.
  mutating func release(by task: UInt64, into woken: inout WokenWaiters) -> Bool {
    guard isHeld else { return false }
    stranger = task != 0 && holder != 0 && task != holder ? task : 0
    let next = waiters.unparkFirst(.granted, into: &woken)
    isHeld = next != nil
    holder = next ?? 0
    return true
  }

  mutating func remove(_ waiter: Waiter) -> Bool { waiters.remove(waiter) }
}

/// The task that holds a lock or the like, and since when.
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
