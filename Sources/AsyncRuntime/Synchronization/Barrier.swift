import AsyncTopBus

/// A cyclic barrier: a number of tasks wait for each other, and go on together.
///
/// When the last party arrives the barrier drains: all leave, and a task that arrives meanwhile
/// waits for the next cycle. From any task and any thread.
public final class Barrier: Sendable {
  private let lot: ParkingLot<BarrierState>
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
    lot = ParkingLot(
      BarrierState(parties: parties), .barrier, name: name, site: Probe.site(fileID, line))
  }

  /// How many have come and wait for the others; 0 unless it is filling.
  public var waitingCount: Int {
    lot.read { $0.phase == .filling ? $0.inside : 0 }
  }

  /// Whether it was aborted.
  public var isBroken: Bool { lot.read { $0.phase == .broken } }

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
    switch lot.change({ $0.enter(nil, into: &$1) }) {
    case .passes: return parties - 1
    case .isRefused: throw BrokenBarrierError()
    case .parks: break
    }
    while true {
      let departure = await lot.park(in: self, fileID, line) { barrier, waiter, woken in
        barrier.enter(waiter, into: &woken)
      } passingOn: { barrier, woken in
        barrier.removeOne(into: &woken)
      }
      switch departure {
      case .passed: return parties - 1
      case .wasRefused: throw BrokenBarrierError()
      case .wasGranted:
        guard let index = lot.change({ $0.leave(into: &$1) }) else { throw BrokenBarrierError() }
        return index
      case .wasWoken: break
      case .wasCancelled: throw CancellationError()
      }
    }
  }

  /// The same without a source location, to satisfy a protocol or to be passed as a function.
  ///
  /// - Returns: A number from 0 to one less than the parties.
  /// - Throws: `BrokenBarrierError`, `CancellationError`.
  @_disfavoredOverload
  @discardableResult
  public nonisolated(nonsending) func wait() async throws -> Int {
    try await wait(fileID: "", line: 0)
  }

  /// Begins a new cycle: tasks that wait in this one fail, and the barrier is no longer broken.
  public func reset() {
    lot.change { $0.reset(into: &$1) }
  }

  /// Breaks it, until it is reset: all that wait fail, and all that come.
  public func abort() {
    lot.change { $0.abort(into: &$1) }
  }
}

extension Barrier: WaitPlace {
  func cancelWait(of waiter: Waiter) -> Bool { lot.cancelWait(of: waiter) }
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
    lot.read {
      Statistics(
        phase: $0.phase, parties: parties, arrived: $0.inside, newcomers: $0.newcomers.count)
    }
  }
}

extension Barrier: CustomStringConvertible {
  /// For people: its name, how many have come, and how many wait.
  public var description: String {
    let now = statistics
    return lot.description(
      of: type(of: self), "\(now.arrived) of \(now.parties), \(now.phase)", waiters: now.newcomers)
  }
}

/// The cycle of a barrier, and the tasks that wait in it.
struct BarrierState: ParkingState {
  let parties: Int
  private(set) var phase = Barrier.Phase.filling
  // Those that have come and have not left.
  private(set) var inside = 0
  private var nextIndex = 0
  // Those inside that wait for the others. They are granted that.
  private var arrived = WaiterList(number: 1)
  // Those that came while others still leave. They are woken, and try again.
  private(set) var newcomers = WaiterList(number: 2)

  init(parties: Int) {
    self.parties = parties
  }

  var occupancy: Occupancy {
    Occupancy(depth: inside, capacity: parties, waiters: arrived.count + newcomers.count)
  }

  mutating func enter(_ waiter: Waiter?, into woken: inout WokenWaiters) -> Arrival {
    switch phase {
    case .broken: return .isRefused
    case .draining, .resetting:
      if let waiter { newcomers.append(waiter) }
      return .parks
    case .filling:
      guard inside + 1 == parties else {
        if let waiter {
          inside += 1
          arrived.append(waiter)
        }
        return .parks
      }
      // The last one leaves at once. Without others, nothing is left to drain.
      if inside > 0 { phase = .draining }
      arrived.unpark(.granted, into: &woken)
      return .passes
    }
  }

  /// One goes on that was inside.
  ///
  /// Returns its index, unless the barrier was broken or reset.
  mutating func leave(into woken: inout WokenWaiters) -> Int? {
    var index: Int?
    if phase == .draining {
      index = nextIndex
      nextIndex += 1
    }
    removeOne(into: &woken)
    return index
  }

  /// One that was inside, and was let go, has left; after the last one newcomers may come in.
  mutating func removeOne(into woken: inout WokenWaiters) {
    inside -= 1
    guard inside == 0, phase != .filling else { return }
    nextIndex = 0
    guard phase != .broken else { return }
    phase = .filling
    newcomers.unpark(.woken, into: &woken)
  }

  mutating func remove(_ waiter: Waiter) -> Bool {
    if arrived.remove(waiter) {
      inside -= 1
      return true
    }
    return newcomers.remove(waiter)
  }

  mutating func reset(into woken: inout WokenWaiters) {
    phase = inside > 0 ? .resetting : .filling
    arrived.unpark(.granted, into: &woken)
  }

  mutating func abort(into woken: inout WokenWaiters) {
    phase = .broken
    arrived.unpark(.granted, into: &woken)
    newcomers.unpark(.woken, into: &woken)
  }
}

/// A barrier was aborted or reset, so that those it is for will not come together.
public struct BrokenBarrierError: Error, CustomStringConvertible {
  /// For people.
  public var description: String { "the barrier was aborted or reset" }
}
