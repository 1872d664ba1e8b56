import AsyncTopBus
import AsyncTopLinux
import Synchronization

/// Where tasks park until what they wait for has happened: what a lock, a semaphore, an event, a
/// condition, a barrier and a queue are made of.
///
/// Each of those is a state and a surface. The state is a struct: the lists of the parked tasks,
/// and the rules by which one goes on. It knows nothing of threads, of suspending and of asynctop.
/// The surface is what programs call. The lot stands between the two, and does for all of them what
/// is the same: it guards the state, parks and wakes, takes out who is cancelled, passes on what
/// that one was granted, and reports.
///
/// Sendable:
/// 1. The state is touched only under `guarding`, as is what is reported of it.
/// 2. A change of the state collects those that it takes out of their lists, each with the reason;
///    they are woken when `guarding` is released.
/// 3. Who was granted something and is cancelled before it runs gives it to the next.
@safe
struct ParkingLot<State: ParkingState>: ~Copyable, @unchecked Sendable {
  /// As what asynctop knows it.
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

  /// Looks at the state.
  @inline(__always)
  func read<Result>(_ body: (State) -> Result) -> Result {
    guarding.withLock { unsafe body(cell._address.pointee) }
  }

  /// Changes the state, reports what has changed, and wakes those that go on because of it.
  ///
  /// A body that throws has changed nothing that is shown, and wakes nobody.
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
    if now.holder != before.holder { resource.held(by: now.holder) }
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
  /// Parks the task that runs until it may go on, unless it may at once.
  ///
  /// A task that its actor has taken to another thread is parked on its loop.
  ///
  /// - Parameters:
  ///   - place: Whose lot this is.
  ///   - enter: Lets the task pass, or puts it into a list of the state's.
  ///   - passOn: Takes back what the task was granted, for the next one.
  /// - Returns: How it goes on. If it was cancelled it has nothing.
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

  /// Ends the wait of a task that is cancelled.
  ///
  /// Returns false if it is not parked any more.
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
