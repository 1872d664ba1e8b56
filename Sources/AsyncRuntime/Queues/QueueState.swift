/// The counts of a queue, and the tasks that wait for items, for room, or for all work to be done.
///
/// A waiting task is woken with a promise of an item, or of room, which later tasks can't take. It
/// redeems the promise when it resumes, or passes it on if it is cancelled.
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

  /// Counts an item in, if there is room.
  mutating func put(into woken: inout WokenWaiters) -> Arrival {
    if isShutDown { return .isRefused }
    guard hasRoom else { return .parks }
    add(into: &woken)
    return .passes
  }

  /// Promises room to a task, at once or when it is woken.
  mutating func promiseRoom(to waiter: Waiter) -> Arrival {
    if isShutDown { return .isRefused }
    if hasRoom {
      promisedRooms += 1
      return .passes
    }
    putters.append(waiter)
    return .parks
  }

  /// Redeems a promise of room: counts an item in.
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

  /// Counts an item out, if there is one that is not promised.
  mutating func take(into woken: inout WokenWaiters) -> Arrival {
    guard count > promisedItems else { return isShutDown && count == 0 ? .isRefused : .parks }
    remove(into: &woken)
    return .passes
  }

  /// Promises an item to a task, at once or when it is woken.
  mutating func promiseItem(to waiter: Waiter) -> Arrival {
    if count > promisedItems {
      promisedItems += 1
      return .passes
    }
    if isShutDown && count == 0 { return .isRefused }
    getters.append(waiter)
    return .parks
  }

  /// Redeems a promise of an item: counts it out.
  ///
  /// Returns false if the queue was shut down and emptied meanwhile.
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
    // The tasks left have waited for items that were promised to others.
    if isShutDown && count == 0 { getters.unpark(.woken, into: &woken) }
  }

  // MARK: Ending

  /// Counts an item as done.
  ///
  /// Returns false if there is no unfinished one.
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

  /// Refuses every later put, and perhaps drops the items.
  ///
  /// Returns how many are dropped; they count as done.
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

// Not in `Queue`: an asynchronous function of a generic class allocates for the type of its items.
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
