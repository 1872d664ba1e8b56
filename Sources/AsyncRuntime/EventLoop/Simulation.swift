package import AsyncTopLinux
import Synchronization
import AsyncTopBus

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
  /// Whether the body to be run was handed over; until then the loop waits for it.
  package var hasBegun = false
  /// Whether the body has ended: the loop ends too.
  package var isOver = false
  /// Whether nothing was ready and no timer pending for longer than the patience.
  package private(set) var hasStalled = false
  /// What the tasks waited for then.
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

  // A timer that is due at the very last moment never fires.
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

/// Random numbers that are the same again for the same seed (SplitMix64, Steele and others, 2014).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

extension EventLoop {
  /// Makes a loop of this thread's that goes by a simulation.
  package static func simulated(
    by simulation: Simulation, name: String
  ) throws(Errno) -> EventLoop {
    try LoopExecutor(name: name, simulation: simulation)
  }

  /// The simulation it goes by; nil for a loop that is none of AsyncRuntimeTesting's.
  package var ofTest: Simulation? { simulation }

  /// What a native task prefers that is to run on the loop.
  package var taskExecutor: any TaskExecutor { executor }

  /// Runs until the simulation is over, or has stalled.
  ///
  /// - Returns: Whether it is over.
  package func runSimulation() -> Bool {
    run { [simulation] in simulation?.isOver ?? true }
    return simulation?.isOver ?? true
  }

  /// Asks all tasks to end.
  package func cancelTasks() {
    for task in tasks { task.cancel(message: "the test loop has stalled") }
  }

  /// Cancels and ends what is left, and closes the loop.
  package func endSimulation() {
    shutDown(executorLimit: .seconds(300))
  }

  /// The tasks that have not ended, oldest first.
  package var unendedTasks: [AnyAsyncTask] { tasks }

  /// Whether something will run in the next iteration.
  package var hasReady: Bool { turn.count > 0 }

  /// The callbacks that will run in the next iteration.
  package var readyCallbacks: [Handle] { turn.items.compactMap(\.callback) }

  /// The timers that will call a function, earliest first.
  package var pendingTimers: [TimerHandle] {
    timers.items.compactMap { $0.callback as? TimerHandle }.sorted { $0.when < $1.when }
  }

  // As the look of a real loop. When there is nothing to do, whatever the kernel and other threads
  // have done by now comes first, then what threads of an executor do, then the next deadline, at
  // once.
  func look(in simulation: Simulation) {
    poll(0)
    inbox.takeAll { turn.append($0) }
    if turn.count == 0 && phase == .running {
      let next = timers.nextMoment
      if next == nil || simulation.callsElsewhere > 0 { waitForOthers(until: simulation.limit) }
      if turn.count == 0 {
        if let next {
          simulation.advance(to: next)
        } else {
          simulation.stall()
          stop()
        }
      }
    }
    if timers.count > 0 { fireTimers(nanosecondsNow) }
    probe.runs(ready: turn.count, timers: timers.count)
  }

  private func waitForOthers(until limit: UInt64) {
    while true {
      // Other threads may wait for what was written meanwhile.
      sendBatch()
      let now = SystemClock.monotonic
      guard turn.count == 0, now < limit else { return }
      if inbox.willSleep() {
        poll(Int64(clamping: limit - now))
        inbox.didSleep()
      }
      inbox.takeAll { turn.append($0) }
    }
  }

  /// A function was given to another thread; time stands still until it has ended.
  func willCallElsewhere() {
    simulation?.callsElsewhere += 1
  }

  /// It has ended.
  func hasCalledElsewhere() {
    simulation?.callsElsewhere -= 1
  }
}

extension ReadyItem {
  // A callback that has not been cancelled; what only the runtime's own classes do has none.
  fileprivate var callback: Handle? {
    guard isHandle, case .handle(let handle) = peek(), handle.callback != nil else { return nil }
    return handle
  }
}
