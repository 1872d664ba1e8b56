import AsyncTopLinux
import Synchronization

/// What a loop in a test goes by instead of the kernel's clock and its own order: the loop's side
/// of AsyncRuntimeTesting.
///
/// It belongs to the loop's thread.
package final class Simulation {
  /// The time, in nanoseconds; it starts at 0, and may be asked for from any thread.
  package private(set) var now: UInt64 {
    get { time.load(ordering: .relaxed) }
    set { time.store(newValue, ordering: .relaxed) }
  }
  private let time = Atomic<UInt64>(0)
  /// Whether what is to be run has come; until then the loop waits for it.
  package var hasBegun = false
  /// Whether what was to be run is over: the loop ends.
  package var isOver = false
  /// Whether nothing had anything to do, nor would have later, for longer than is allowed.
  package private(set) var hasStalled = false
  /// What everything waited for then.
  package var stallReport: String?
  /// How many functions run on threads of executors.
  var callsElsewhere = 0
  private let patience: Duration
  private var generator: SeededGenerator?

  /// Makes one.
  ///
  /// - Parameters:
  ///   - seed: Of the order in which tasks run; nil for the order in which they became ready.
  ///   - patience: How long, of real time, the loop waits for other threads and the kernel when
  ///     there is no timer to go on to.
  package init(seed: UInt64?, patience: Duration) {
    self.patience = patience
    generator = seed.map { SeededGenerator(seed: $0) }
  }

  // What is due at the very last moment is due never.
  private static let end = UInt64.max - 1

  /// Lets time pass at once; at most to the end of time, where it stands still.
  package func advance(by duration: Duration) {
    now = min(now.advanced(by: duration), Self.end)
  }

  func advance(to moment: UInt64) {
    now = max(now, moment)
  }

  func stall() {
    hasStalled = true
  }

  var limit: UInt64 { hasBegun ? SystemClock.monotonic.advanced(by: patience) : .max }

  /// Puts what is ready in a random order, of those that asyncio's rules allow.
  ///
  /// Callbacks keep their order among themselves, and a task that has given way stays behind
  /// whatever was ready before.
  func shuffle(_ ready: inout ReadyQueue) {
    guard generator != nil, ready.count > 1 else { return }
    let items = ready.items
    let keys = keys(of: items)
    let order = items.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    ready.reorder(order.map { items[$0] })
  }

  private func keys(of items: [ReadyItem]) -> [UInt64] {
    var random = items.map { _ in generator?.next() ?? 0 }
    let callbacks = items.indices.filter { items[$0].isHandle }
    for (place, key) in zip(callbacks, callbacks.map { random[$0] }.sorted()) {
      random[place] = key
    }
    var latest: UInt64 = 0
    for (place, item) in items.enumerated() {
      if item.hasGivenWay { random[place] = latest }
      latest = max(latest, random[place])
    }
    return random
  }
}

extension ReadyItem {
  // A task whose timer has fired is still in its place, the loop.
  fileprivate var hasGivenWay: Bool {
    guard case .waiter(let waiter) = peek() else { return false }
    return unsafe waiter._withUnsafeGuaranteedRef { unsafe $0.place == nil }
  }
}
