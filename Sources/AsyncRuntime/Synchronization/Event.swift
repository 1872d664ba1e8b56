import AsyncTopBus
import AsyncTopLinux

/// A flag that tasks wait for until somebody sets it.
///
/// From any task and any thread.
///
/// Sendable:
/// 1. `waiters` and `hasBeenSet` are only touched under `guarding`, as is what is reported of them.
/// 2. Who was taken out of `waiters` is woken outside of it.
public final class Event: @unchecked Sendable {
  private let guarding = SpinLock()
  private let resource: Probe.Resource
  @safe @exclusivity(unchecked) private var waiters = WaiterList()
  @safe @exclusivity(unchecked) private var hasBeenSet = false

  /// Makes an event that is not set.
  ///
  /// - Parameter name: What people call it.
  public init(
    name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line
  ) {
    resource = Probe.Resource(.event, name: name, site: Probe.site(fileID, line))
    reportLevel()
  }

  deinit {
    resource.ended()
  }

  /// Whether it is set.
  public var isSet: Bool { guarding.withLock { hasBeenSet } }

  /// Sets it: all that wait go on, and nobody waits until it is cleared.
  ///
  /// Who waits now goes on also if it is cleared before that one runs.
  public func set() {
    let woken = guarding.withLock {
      guard !hasBeenSet else { return WokenWaiters() }
      hasBeenSet = true
      defer { reportLevel() }
      return waiters.removeAll()
    }
    woken.wake(.granted)
  }

  /// Makes it not set.
  public func clear() {
    guarding.withLock {
      hasBeenSet = false
      reportLevel()
    }
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
    guard let waiter = Waiter.current else {
      return try await Waiter.atHome { () throws(CancellationError) in
        try await self.wait(fileID: fileID, line: line)
      }
    }
    try await waiter.refuseIfCancelled()
    let waits = guarding.withLock {
      guard !hasBeenSet else { return false }
      waiters.append(waiter)
      reportLevel()
      return true
    }
    guard waits else { return }
    try await waiter.wait(in: self, for: .resource, resource.id, at: Probe.site(fileID, line))
  }

  /// The same without a place, as a witness or as a value.
  ///
  /// - Throws: `CancellationError`.
  @_disfavoredOverload
  public nonisolated(nonsending) func wait() async throws(CancellationError) {
    try await wait(fileID: "", line: 0)
  }

  private func reportLevel() {
    resource.level(hasBeenSet ? 1 : 0, of: 1, waiters: waiters.count)
  }
}

extension Event: WaitPlace {
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
    guarding.withLock { Statistics(isSet: hasBeenSet, waiters: waiters.count) }
  }
}

extension Event: CustomStringConvertible {
  /// For people: its name, whether it is set, and how many wait.
  public var description: String {
    let now = statistics
    return resource.described(
      as: type(of: self), now.isSet ? "set" : "not set", waiters: now.waiters)
  }
}
