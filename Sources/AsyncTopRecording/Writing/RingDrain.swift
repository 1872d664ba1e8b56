import AsyncTopBus
import AsyncTopLinux
import CAsyncTopProbe
import Synchronization

/// Copies the events of a live region's rings to a queue, and holds the lease under which the app
/// writes them.
///
/// 1. A round first reads the clock, then the heads of all rings, and takes the events up to that
///    moment. An event that another thread's event brought about was written after it, so if it is
///    taken, the other one is found too: no round puts an effect before its cause.
/// 2. When a ring was overtaken, the events of that ring that are gone are counted; all others are
///    good.
/// 3. When the queue has no room for all that is new, a round takes what was written up to an
///    earlier moment; the rest waits in the rings.
/// 4. `begin` and `round` are called by one thread at a time: the owner, until `start` and after
///    `stop`, and between them a thread of its own, which shares `queue` and `isStopping` only.
@safe
final class RingDrain: @unchecked Sendable {
  let queue: EventQueue
  let lease: ObserverLease
  private let live: tp_region
  private var rings: [RingFollower] = []
  private var serial: UInt64 = 0
  /// Everything up to here was taken, or is lost.
  private var reached: UInt64 = 0
  private var began: UInt64 = 0
  private var ringTime: Duration
  /// Which part of the fullest ring was new in a round: of the last one, or of those before it,
  /// which count half as much with each round.
  private(set) var fill = 0.0
  private var thread: BackgroundThread?
  private let isStopping = Atomic<Bool>(false)

  /// How long a ring shall last at most.
  private static let longestRingTime: Duration = .seconds(2)

  /// Prepares to follow a live region.
  init(
    _ live: tp_region, lease: ObserverLease, queue: EventQueue, ringTime: Duration = .zero
  ) {
    unsafe self.live = unsafe live
    self.lease = lease
    self.queue = queue
    self.ringTime = ringTime
  }

  deinit { stop() }

  /// Takes the lease and follows the rings from now on.
  func begin() {
    lease.renew()
    lease.raiseRingTime(to: ringTime)
    findRings()
    for ring in rings { ring.restart() }
    began = lease.now
    reached = began
  }

  /// Runs rounds on a thread of its own until `stop`.
  func start() throws(Errno) {
    guard thread == nil else { return }
    isStopping.store(false, ordering: .relaxed)
    // The thread ends before this does, which joins it.
    thread = try BackgroundThread(name: "asynctop drain") { [unowned self] in
      while !isStopping.load(ordering: .relaxed) {
        let pause = round()
        BackgroundThread.pause(microseconds: pause)
      }
    }
  }

  /// Ends the thread; the owner may run rounds again.
  func stop() {
    isStopping.store(true, ordering: .relaxed)
    thread?.join()
    thread = nil
  }

  /// Collects what is new.
  ///
  /// - Returns: After how many microseconds to do so again: the sooner the faster the rings fill.
  @discardableResult
  func round() -> UInt32 {
    findRings()
    let isLeaseLost = !lease.isHeld
    lease.renew()
    let clock = (ticks: lease.now, monotonic: lease.monotonic)
    let moment = momentWithRoom(clock.ticks)
    serial += 1
    var batch = EventBatch(serial: serial, until: moment)
    if moment == clock.ticks { batch.clock = clock }
    // While it is not held, the app changes its tables and tells nobody.
    if isLeaseLost { batch.gaps.append(EventGap(worker: nil, count: 0, from: reached, to: moment)) }
    for ring in rings { ring.collect(into: queue, &batch, from: reached) }
    fill = rings.reduce(fill / 2) { max($0, $1.fill) }
    if fill > 1 / 2 || !batch.gaps.isEmpty { growRings() }
    reached = max(reached, moment)
    queue.add(batch)
    return pause(isFull: batch.clock == nil)
  }

  private func momentWithRoom(_ now: UInt64) -> UInt64 {
    let pending = rings.reduce(0) { $0 + $1.pending }
    let room = max(0, queue.room - Self.slack)
    guard pending > room else { return now }
    let share = Double(room) / Double(pending)
    var moment = now
    for ring in rings {
      let count = Int(Double(ring.pending) * share)
      if count < ring.pending { moment = min(moment, ring.ticks(after: count)) }
    }
    return max(reached, moment)
  }

  // Events that are written while a round goes on.
  private static let slack = 1 << 14

  private func growRings() {
    guard ringTime < Self.longestRingTime else { return }
    ringTime *= 2
    lease.raiseRingTime(to: ringTime)
  }

  // Rings that were never full have their first size, which lasts for milliseconds at most.
  private func pause(isFull: Bool) -> UInt32 {
    if isFull { return 1000 }
    if fill > 1 / 8 { return 0 }
    let isNew = lease.now -| began < lease.ticks(of: .milliseconds(100))
    return fill > 1 / 32 || isNew ? 500 : 2000
  }

  // The last worker is shared by the threads that found none, and has no ring.
  private func findRings() {
    let found = unsafe min(live.header.pointee.worker_high, live.worker_capacity)
    while rings.count < found,
      let ring = unsafe RingFollower(live, worker: UInt16(rings.count))
    {
      rings.append(ring)
    }
  }
}

/// The lease under which an app writes events: while the clock is below it.
@safe
struct ObserverLease {
  private let page: ObserversPage?
  private let live: tp_region
  private let start: (ticks: UInt64, nanoseconds: UInt64)

  /// Without a page nobody is asked for events.
  init(_ page: ObserversPage?, of live: tp_region) {
    self.page = page
    unsafe self.live = unsafe live
    start = unsafe (live.header.pointee.start_ticks, live.header.pointee.start_monotonic)
  }

  /// The region's clock.
  var now: UInt64 {
    var live = unsafe live
    return unsafe tp_now_of(&live)
  }

  /// `CLOCK_MONOTONIC` as the app reads it.
  var monotonic: UInt64 {
    var live = unsafe live
    return unsafe tp_monotonic_of(&live)
  }

  /// Whether the app writes events at the moment.
  var isHeld: Bool { page.map { now < $0.lease } ?? true }

  /// Renews it for two seconds.
  func renew() { page?.raiseLease(to: now +| ticks(of: .seconds(2))) }

  /// Has rings grow until they last so long.
  func raiseRingTime(to duration: Duration) { page?.raiseRingTime(to: ticks(of: duration)) }

  /// A duration in ticks of the region's clock, at the rate since the app started.
  func ticks(of duration: Duration) -> UInt64 {
    let (ticks, nanoseconds) = (now -| start.ticks, monotonic -| start.nanoseconds)
    let rate = nanoseconds > 0 && ticks > 0 ? Double(ticks) / Double(nanoseconds) : 1
    let (seconds, attoseconds) = duration.components
    let length = Double(seconds) * 1e9 + Double(attoseconds) / 1e9
    return UInt64(max(0, min(length * rate, 1e18)))
  }
}
