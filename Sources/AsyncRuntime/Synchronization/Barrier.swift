import AsyncTopBus
import AsyncTopLinux

/// Where a number of tasks wait for each other, and go on together, again and again.
///
/// When the last one has come the barrier drains: all leave, and who comes meanwhile waits until
/// they have. From any task and any thread.
///
/// Sendable:
/// 1. `state` is only touched under `guarding`, as is what is reported of it.
/// 2. Who was taken out of its lists is woken outside of it, and says when it goes on that it has
///    left.
public final class Barrier: @unchecked Sendable {
  private let guarding = SpinLock()
  private let resource: Probe.Resource
  private var state: BarrierState
  /// For how many it is.
  public let parties: Int

  /// Where a barrier is in its round.
  public enum Phase: Sendable {
    /// It waits for those that have not come.
    case filling
    /// All have come, and leave.
    case draining
    /// It was reset, and those that had come leave.
    case resetting
    /// It was aborted.
    case broken
  }

  /// Makes a barrier.
  ///
  /// - Parameters:
  ///   - parties: For how many it is; at least 1.
  ///   - name: What people call it.
  public init(
    _ parties: Int, name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line
  ) {
    if parties < 1 {
      EventLoop.refuse("Barrier(\(parties)): a barrier is for at least one", fileID, line)
    }
    self.parties = parties
    state = BarrierState(parties: parties)
    resource = Probe.Resource(.barrier, name: name, site: Probe.site(fileID, line))
    reportLevel()
  }

  deinit {
    resource.ended()
  }

  /// How many have come and wait for the others; 0 unless it is filling.
  public var waitingCount: Int {
    guarding.withLock { state.phase == .filling ? state.inside : 0 }
  }

  /// Whether it was aborted.
  public var isBroken: Bool { guarding.withLock { state.phase == .broken } }

  /// Waits until all have come.
  ///
  /// A task that is cancelled while it waits just leaves; after it was let go, the others go on
  /// all the same.
  ///
  /// - Returns: A number from 0 to one less than the parties, another one for each of them; the
  ///   last to come gets the last number.
  /// - Throws: `BrokenBarrierError` if it was aborted, or was reset while the task was in it;
  ///   `CancellationError`.
  @discardableResult
  public nonisolated(nonsending) func wait(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> Int {
    if case .passes(let index) = try enter(nil) { return index }
    guard let waiter = Waiter.current else {
      return try await Waiter.atHome {
        try await self.wait(fileID: fileID, line: line)
      }
    }
    try await waiter.refuseIfCancelled()
    while true {
      let entry = try enter(waiter)
      if case .passes(let index) = entry { return index }
      do {
        try await waiter.wait(in: self, for: .resource, resource.id, at: Probe.site(fileID, line))
      } catch {
        if entry == .waitsInside && waiter.wakeReason == .granted { removeOne() }
        throw error
      }
      if entry == .waitsInside { return try leave() }
    }
  }

  /// The same without a place, as a witness or as a value.
  ///
  /// - Returns: A number from 0 to one less than the parties.
  /// - Throws: `BrokenBarrierError`, `CancellationError`.
  @_disfavoredOverload
  @discardableResult
  public nonisolated(nonsending) func wait() async throws -> Int {
    try await wait(fileID: "", line: 0)
  }

  /// Begins a new round: those that wait in this one fail, and the barrier is not broken any more.
  public func reset() {
    change { $0.reset() }
  }

  /// Breaks it, until it is reset: all that wait fail, and all that come.
  public func abort() {
    change { $0.abort() }
  }

  private func enter(_ waiter: Waiter?) throws(BrokenBarrierError) -> BarrierState.Entry {
    let (entry, woken) = guarding.withLock {
      defer { reportLevel() }
      return state.enter(waiter)
    }
    woken.wake(.granted)
    if entry == .isRefused { throw BrokenBarrierError() }
    return entry
  }

  private func leave() throws(BrokenBarrierError) -> Int {
    let (index, woken) = guarding.withLock {
      defer { reportLevel() }
      return state.leave()
    }
    woken.wake(.granted)
    guard let index else { throw BrokenBarrierError() }
    return index
  }

  private func removeOne() {
    change { $0.removeOne() }
  }

  private func change(_ body: (inout BarrierState) -> WokenWaiters) {
    let woken = guarding.withLock {
      defer { reportLevel() }
      return body(&state)
    }
    woken.wake(.granted)
  }

  private func reportLevel() {
    resource.level(
      state.inside, of: parties, waiters: state.arrived.count + state.newcomers.count)
  }
}

extension Barrier: WaitPlace {
  func cancelWait(of waiter: Waiter) -> Bool {
    let hasWaited = guarding.withLock {
      guard state.cancel(waiter) else { return false }
      reportLevel()
      return true
    }
    if hasWaited { waiter.wakeFromAnyThread(.cancelled) }
    return hasWaited
  }
}

extension Barrier {
  /// A barrier at one moment.
  public struct Statistics: Sendable {
    /// Where it was in its round.
    public let phase: Phase
    /// For how many it is.
    public let parties: Int
    /// How many had come and not left.
    public let arrived: Int
    /// How many waited for it to drain.
    public let newcomers: Int
  }

  /// What it is like now; from any thread.
  public var statistics: Statistics {
    guarding.withLock {
      Statistics(
        phase: state.phase, parties: parties, arrived: state.inside,
        newcomers: state.newcomers.count)
    }
  }
}

extension Barrier: CustomStringConvertible {
  /// For people: its name, how many have come, and how many wait.
  public var description: String {
    let now = statistics
    return resource.described(
      as: type(of: self), "\(now.arrived) of \(now.parties), \(now.phase)", waiters: now.newcomers)
  }
}

/// What a barrier is, without who guards it: each method says whom to wake.
struct BarrierState {
  let parties: Int
  private(set) var phase = Barrier.Phase.filling
  // Those that have come and have not left.
  private(set) var inside = 0
  private var nextIndex = 0
  // Those inside that wait for the others.
  private(set) var arrived = WaiterList(number: 1)
  // Those that came while others still leave.
  private(set) var newcomers = WaiterList(number: 2)

  init(parties: Int) {
    self.parties = parties
  }

  enum Entry: Equatable {
    /// It is the last one to come, and goes on with this index.
    case passes(Int)
    /// It waits for the others to come, if it was given.
    case waitsInside
    /// It waits for others to leave, if it was given, and tries again.
    case waitsOutside
    case isRefused
  }

  mutating func enter(_ waiter: Waiter?) -> (Entry, WokenWaiters) {
    switch phase {
    case .broken:
      return (.isRefused, WokenWaiters())
    case .draining, .resetting:
      if let waiter { newcomers.append(waiter) }
      return (.waitsOutside, WokenWaiters())
    case .filling:
      guard inside + 1 == parties else {
        if let waiter {
          inside += 1
          arrived.append(waiter)
        }
        return (.waitsInside, WokenWaiters())
      }
      // It leaves at once. Without others, nothing is left to drain.
      if inside > 0 { phase = .draining }
      return (.passes(inside), arrived.removeAll())
    }
  }

  /// One goes on that was inside.
  ///
  /// Returns its index, unless the barrier was broken, and who may come in now.
  mutating func leave() -> (index: Int?, WokenWaiters) {
    var index: Int?
    if phase == .draining {
      index = nextIndex
      nextIndex += 1
    }
    return (index, removeOne())
  }

  /// One that was inside, and was let go, is cancelled.
  mutating func removeOne() -> WokenWaiters {
    inside -= 1
    guard inside == 0, phase != .filling else { return WokenWaiters() }
    nextIndex = 0
    guard phase != .broken else { return WokenWaiters() }
    phase = .filling
    return newcomers.removeAll()
  }

  /// One that waits is cancelled.
  ///
  /// Returns false if none waits.
  mutating func cancel(_ waiter: Waiter) -> Bool {
    if arrived.remove(waiter) {
      inside -= 1
      return true
    }
    return newcomers.remove(waiter)
  }

  mutating func reset() -> WokenWaiters {
    phase = inside > 0 ? .resetting : .filling
    return arrived.removeAll()
  }

  mutating func abort() -> WokenWaiters {
    phase = .broken
    var woken = arrived.removeAll()
    woken.append(newcomers.removeAll())
    return woken
  }
}

/// A barrier was aborted or reset, so that those it is for will not come together.
public struct BrokenBarrierError: Error, CustomStringConvertible {
  /// For people.
  public var description: String { "the barrier was aborted or reset" }
}
