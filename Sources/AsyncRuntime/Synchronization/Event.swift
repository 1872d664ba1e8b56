import AsyncTopBus

/// A flag that tasks wait for until somebody sets it.
///
/// From any task and any thread.
public final class Event: Sendable {
  private let lot: ParkingLot<EventState>

  /// Makes an event that is not set.
  ///
  /// - Parameter name: What people call it.
  public init(
    name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line
  ) {
    lot = ParkingLot(EventState(), .event, name: name, site: Probe.site(fileID, line))
  }

  /// Whether it is set.
  public var isSet: Bool { lot.read { $0.isSet } }

  /// Sets it: all that wait go on, and nobody waits until it is cleared.
  ///
  /// A task that waits now goes on even if the event is cleared before it resumes.
  public func set() {
    lot.change { $0.set(into: &$1) }
  }

  /// Makes it not set.
  public func clear() {
    lot.change { event, _ in event.isSet = false }
  }

  /// Waits until it is set.
  ///
  /// Does not suspend if it is.
  ///
  /// - Throws: `CancellationError`.
  public nonisolated(nonsending) func wait(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws(CancellationError) {
    guard !isSet else { return }
    let departure = await lot.park(in: self, fileID, line) { event, waiter, _ in
      event.wait(waiter)
    }
    if departure == .wasCancelled { throw CancellationError() }
  }

  /// The same without a source location, to satisfy a protocol or to be passed as a function.
  ///
  /// - Throws: `CancellationError`.
  @_disfavoredOverload
  public nonisolated(nonsending) func wait() async throws(CancellationError) {
    try await wait(fileID: "", line: 0)
  }
}

extension Event: WaitPlace {
  func cancelWait(of waiter: Waiter) -> Bool { lot.cancelWait(of: waiter) }
}

extension Event {
  /// An event at one moment.
  public struct Statistics: Sendable {
    /// Whether it was set.
    public let isSet: Bool
    /// How many waited.
    public let waiters: Int
  }

  /// What it is like now; from any thread.
  public var statistics: Statistics {
    lot.read { Statistics(isSet: $0.isSet, waiters: $0.waiters.count) }
  }
}

extension Event: CustomStringConvertible {
  /// For people: its name, whether it is set, and how many wait.
  public var description: String {
    let now = statistics
    return lot.description(
      of: type(of: self), now.isSet ? "set" : "not set", waiters: now.waiters)
  }
}

/// Whether an event is set, and the tasks that wait for that.
struct EventState: ParkingState {
  var isSet = false
  private(set) var waiters = WaiterList()

  var occupancy: Occupancy {
    Occupancy(depth: isSet ? 1 : 0, capacity: 1, waiters: waiters.count)
  }

  mutating func set(into woken: inout WokenWaiters) {
    guard !isSet else { return }
    isSet = true
    waiters.unpark(.granted, into: &woken)
  }

  mutating func wait(_ waiter: Waiter) -> Arrival {
    guard !isSet else { return .passes }
    waiters.append(waiter)
    return .parks
  }

  mutating func remove(_ waiter: Waiter) -> Bool { waiters.remove(waiter) }
}
