import AsyncTopBus
import AsyncTopLinux
import Synchronization

/// Where tasks park until what they wait for has happened: what a lock, a semaphore, an event, a
/// condition, a barrier and a queue are made of.
///
/// Each of those is a state and a surface. The state is a struct with the lists of parked tasks and
/// the rules by which they are woken; it knows nothing of threads, suspension or asynctop. The
/// surface is the public API. The lot between them does what is the same for all: it locks, parks
/// and wakes, unparks cancelled tasks, passes on what they were granted, and reports to the bus.
///
/// Sendable:
/// 1. The state is accessed, and reported, only under `guarding`, so that reports come in order.
/// 2. A change collects the tasks that it unparks, each with the reason; they are woken after
///    `guarding` is released.
/// 3. A task that was granted something, and is cancelled before it resumes, passes it on.
@safe
struct ParkingLot<State: ParkingState>: ~Copyable, @unchecked Sendable {
  /// The lot on the bus.
  let resource: Probe.Resource
  private let guarding = SpinLock()
  private let cell: _Cell<State>

  init(_ state: State, _ kind: Probe.Resource.Kind, name: String?, site: UInt32) {
    resource = Probe.Resource(kind, name: name, site: site)
    cell = _Cell(state)
    report(state.occupancy, after: Occupancy())
  }

  deinit {
    resource.ended()
  }

  /// Reads the state.
  @inline(__always)
  func read<Result>(_ body: (State) -> Result) -> Result {
    guarding.withLock { unsafe body(cell._address.pointee) }
  }

  /// Changes the state, reports the difference, and wakes the tasks that the change has unparked.
  ///
  /// A body that throws must not have unparked any, nor changed the occupancy.
  @inline(__always)
  func change<Result, Failure: Error>(
    _ body: (inout State, inout WokenWaiters) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var woken = WokenWaiters()
    let result = try guarding.withLock { () throws(Failure) in
      let before = unsafe cell._address.pointee.occupancy
      let result = unsafe try body(&cell._address.pointee, &woken)
      report(unsafe cell._address.pointee.occupancy, after: before)
      return result
    }
    if !woken.isEmpty { woken.wake() }
    return result
  }

  @inline(__always)
  private func report(_ now: Occupancy, after before: Occupancy) {
    if now.holder != before.holder {
      resource.held(by: now.holder, releasedBy: now.releasedBy)
    }
    if now.waiters != before.waiters || now.depth != before.depth
      || now.producers != before.producers || now.capacity != before.capacity
    {
      resource.level(
        now.depth, of: now.capacity, waiters: now.waiters, producers: now.producers)
    }
  }
}

// MARK: Parking

extension ParkingLot {
  /// Parks the current task until it is woken, unless it can go on at once.
  ///
  /// A task that runs on another thread than its loop's, in an actor, parks on its loop.
  ///
  /// - Parameters:
  ///   - place: Whose lot this is.
  ///   - enter: Lets the task pass, or puts it into a list of the state.
  ///   - passOn: Passes on what was granted to a task that is cancelled.
  /// - Returns: How the task goes on; if it was cancelled, with nothing.
  @inline(__always)
  nonisolated(nonsending) func park(
    in place: any WaitPlace, _ fileID: StaticString, _ line: UInt32,
    _ enter: @Sendable (inout State, Waiter, inout WokenWaiters) -> Arrival,
    passingOn passOn: @Sendable (inout State, inout WokenWaiters) -> Void = { _, _ in }
  ) async -> Departure {
    guard let waiter = Waiter.current else {
      return await parkAtHome(in: place, fileID, line, enter, passingOn: passOn)
    }
    if await waiter.isCancelledBefore() { return .wasCancelled }
    switch change({ enter(&$0, waiter, &$1) }) {
    case .passes: return .passed
    case .isRefused: return .wasRefused
    case .parks: break
    }
    let isCancelled = await waiter.isCancelledWaiting(
      in: place, for: .resource, resource.id, at: Probe.site(fileID, line))
    let isGranted = waiter.wakeReason == .granted
    if isCancelled {
      if isGranted { change(passOn) }
      return .wasCancelled
    }
    return isGranted ? .wasGranted : .wasWoken
  }

  @inline(never)
  nonisolated(nonsending) private func parkAtHome(
    in place: any WaitPlace, _ fileID: StaticString, _ line: UInt32,
    _ enter: @Sendable (inout State, Waiter, inout WokenWaiters) -> Arrival,
    passingOn passOn: @Sendable (inout State, inout WokenWaiters) -> Void
  ) async -> Departure {
    let place = Carried(place)
    return await Waiter.atHome {
      await self.park(in: place.value, fileID, line, enter, passingOn: passOn)
    }
  }

  /// Unparks a task because it is cancelled.
  ///
  /// Returns false if it is no longer parked.
  func cancelWait(of waiter: Waiter) -> Bool {
    change { state, woken in
      guard state.remove(waiter) else { return false }
      woken.append(waiter, .cancelled)
      return true
    }
  }
}

extension ParkingLot {
  /// What a lock or the like is for people, as in `Lock “ledger”, held by the task 7, 2 waiting`.
  ///
  /// The name is known while the probe is on.
  func description(of type: Any.Type, _ state: String, waiters: Int) -> String {
    var text = "\(type)"
    if let name = OwnRegion()?.resource(resource.id)?.name, !name.isEmpty { text += " “\(name)”" }
    text += ", \(state)"
    if waiters > 0 { text += ", \(waiters) waiting" }
    return text
  }
}

/// How a task has left a parking lot.
enum Departure {
  /// It went on at once.
  case passed
  case wasRefused
  /// It was parked, and has what it waited for.
  case wasGranted
  /// It was parked, and has to look for itself.
  case wasWoken
  case wasCancelled
}

/// The state of a parking lot: its lists of parked tasks, and the rules by which they are woken.
protocol ParkingState: SendableMetatype {
  /// What asynctop shows of it.
  var occupancy: Occupancy { get }

  /// Unparks a task because it is cancelled.
  ///
  /// Returns false if it is no longer parked.
  mutating func remove(_ waiter: Waiter) -> Bool
}

/// What asynctop shows of a parking lot.
struct Occupancy {
  /// How many items, taken permits or tasks that have come.
  var depth = 0
  /// The most there can be; 0 for no limit.
  var capacity = 0
  /// How many tasks are parked.
  var waiters = 0
  /// How many of those wait for room in a queue.
  var producers = 0
  /// The id of the task that holds it; 0 for none.
  var holder: UInt64 = 0
  /// The id of the task that released it last, if another one held it then; else 0.
  var releasedBy: UInt64 = 0
}

/// What becomes of a task that arrives.
enum Arrival {
  /// It goes on at once.
  case passes
  /// It can't have what it wants, and goes on without.
  case isRefused
  /// It was put into a list, if it was given, and waits.
  case parks
}
