/// How many items a queue has, to whom it has promised them, and who waits for items, for room and
/// for the end of the work on them.
///
/// A task that waited is promised an item, or room, when it is woken. What is promised does not
/// count for those that come later, until it takes it, or passes it on because it is cancelled.
struct QueueState: ParkingState {
  // 0 for none.
  private let limit: Int
  private(set) var count = 0
  private(set) var unfinished = 0
  private(set) var isShutDown = false
  private(set) var getters = WaiterList(number: 1)
  private(set) var putters = WaiterList(number: 2)
  private(set) var joiners = WaiterList(number: 3)
  private var promisedItems = 0
  private var promisedRooms = 0

  init(limit: Int) {
    self.limit = limit
  }

  var occupancy: Occupancy {
    Occupancy(
      depth: count, capacity: limit, waiters: getters.count + putters.count + joiners.count,
      producers: putters.count)
  }

  mutating func remove(_ waiter: Waiter) -> Bool {
    getters.remove(waiter) || putters.remove(waiter) || joiners.remove(waiter)
  }

  // MARK: Putting

  private var hasRoom: Bool { limit == 0 || count + promisedRooms < limit }

  /// An item is put in, if it passes.
  mutating func put(into woken: inout WokenWaiters) -> Arrival {
    if isShutDown { return .isRefused }
    guard hasRoom else { return .parks }
    add(into: &woken)
    return .passes
  }

  /// Room is promised to who waits for it, at once or later.
  mutating func promiseRoom(to waiter: Waiter) -> Arrival {
    if isShutDown { return .isRefused }
    if hasRoom {
      promisedRooms += 1
      return .passes
    }
    putters.append(waiter)
    return .parks
  }

  /// An item is put where room was promised.
  ///
  /// Returns false if the queue was shut down meanwhile; the item is not in it then.
  mutating func putPromised(into woken: inout WokenWaiters) -> Bool {
    promisedRooms -= 1
    if isShutDown { return false }
    add(into: &woken)
    return true
  }

  mutating func passOnRoom(into woken: inout WokenWaiters) {
    if putters.unparkFirst(.granted, into: &woken) == nil { promisedRooms -= 1 }
  }

  private mutating func add(into woken: inout WokenWaiters) {
    count += 1
    unfinished += 1
    if getters.unparkFirst(.granted, into: &woken) != nil { promisedItems += 1 }
  }

  // MARK: Getting

  /// The next item is taken, if it passes.
  mutating func take(into woken: inout WokenWaiters) -> Arrival {
    guard count > promisedItems else { return isShutDown && count == 0 ? .isRefused : .parks }
    remove(into: &woken)
    return .passes
  }

  /// An item is promised to who waits for it, at once or later.
  mutating func promiseItem(to waiter: Waiter) -> Arrival {
    if count > promisedItems {
      promisedItems += 1
      return .passes
    }
    if isShutDown && count == 0 { return .isRefused }
    getters.append(waiter)
    return .parks
  }

  /// The item is taken that was promised.
  ///
  /// Returns false if the queue was emptied meanwhile, since it was shut down.
  mutating func takePromised(into woken: inout WokenWaiters) -> Bool {
    promisedItems -= 1
    guard count > 0 else { return false }
    remove(into: &woken)
    return true
  }

  mutating func passOnItem(into woken: inout WokenWaiters) {
    if count == 0 || getters.unparkFirst(.granted, into: &woken) == nil { promisedItems -= 1 }
  }

  private mutating func remove(into woken: inout WokenWaiters) {
    count -= 1
    if putters.unparkFirst(.granted, into: &woken) != nil { promisedRooms += 1 }
    // Those that have waited for what others were promised.
    if isShutDown && count == 0 { getters.unpark(.woken, into: &woken) }
  }

  // MARK: Ending

  /// The work on an item is done.
  ///
  /// Returns false if there was none.
  mutating func taskDone(into woken: inout WokenWaiters) -> Bool {
    guard unfinished > 0 else { return false }
    unfinished -= 1
    endJoiners(into: &woken)
    return true
  }

  mutating func join(_ waiter: Waiter) -> Arrival {
    guard unfinished > 0 else { return .passes }
    joiners.append(waiter)
    return .parks
  }

  /// Nothing can be put any more.
  ///
  /// Returns how many items are dropped, which then count as done.
  mutating func shutDown(dropsItems: Bool, into woken: inout WokenWaiters) -> Int {
    isShutDown = true
    let dropped = dropsItems ? count : 0
    count -= dropped
    unfinished = max(0, unfinished - dropped)
    putters.unpark(.woken, into: &woken)
    if count == 0 { getters.unpark(.woken, into: &woken) }
    endJoiners(into: &woken)
    return dropped
  }

  private mutating func endJoiners(into woken: inout WokenWaiters) {
    if unfinished == 0 { joiners.unpark(.granted, into: &woken) }
  }
}

// Waiting does not depend on what the items are, so that it costs nothing for their type.
extension ParkingLot<QueueState> {
  nonisolated(nonsending) func parkForRoom(
    in queue: any WaitPlace, _ fileID: StaticString, _ line: UInt32
  ) async -> Departure {
    await park(in: queue, fileID, line) { state, waiter, _ in
      state.promiseRoom(to: waiter)
    } passingOn: { state, woken in
      state.passOnRoom(into: &woken)
    }
  }

  nonisolated(nonsending) func parkForItem(
    in queue: any WaitPlace, _ fileID: StaticString, _ line: UInt32
  ) async -> Departure {
    await park(in: queue, fileID, line) { state, waiter, _ in
      state.promiseItem(to: waiter)
    } passingOn: { state, woken in
      state.passOnItem(into: &woken)
    }
  }

  nonisolated(nonsending) func parkUntilDone(
    in queue: any WaitPlace, _ fileID: StaticString, _ line: UInt32
  ) async -> Departure {
    await park(in: queue, fileID, line) { state, waiter, _ in state.join(waiter) }
  }
}
