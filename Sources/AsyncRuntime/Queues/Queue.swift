import AsyncTopBus
import AsyncTopLinux

/// Items, first in, first out, put by some tasks and got by others, which wait for room and for
/// items in the order in which they came.
///
/// A task that waits is promised the next item, or the next room, and nobody who comes later gets
/// that first. If it is cancelled before it runs, the promise goes to the next. If its items are
/// Sendable it works between tasks of several loops and native tasks, on whatever threads; what
/// does not wait may be called from outside of tasks.
///
/// It is also a sequence, of the items got one after the other until the queue is shut down.
///
/// Subclasses keep the items in another order.
public class Queue<Element> {
  private let guarding = SpinLock()
  let resource: Probe.Resource
  @safe @exclusivity(unchecked) private var items = ItemRing<Element>()
  @safe @exclusivity(unchecked) private var itemCount = 0
  @safe @exclusivity(unchecked) private var getters = WaiterList(number: 1)
  @safe @exclusivity(unchecked) private var putters = WaiterList(number: 2)
  @safe @exclusivity(unchecked) private var joiners = WaiterList(number: 3)
  // To those that were woken and have not run since.
  @safe @exclusivity(unchecked) private var promisedItems = 0
  @safe @exclusivity(unchecked) private var promisedRooms = 0
  @safe @exclusivity(unchecked) private var unfinished = 0
  @safe @exclusivity(unchecked) private var hasShutDown = false
  // 0 for none.
  private final let limit: Int
  /// How many items it holds at most; nil for no limit.
  public final var capacity: Int? { limit == 0 ? nil : limit }

  /// Makes an empty queue.
  ///
  /// - Parameters:
  ///   - capacity: How many items it holds at most; nil for no limit.
  ///   - name: What people call it.
  public init(
    capacity: Int? = nil, name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line
  ) {
    if let capacity, capacity < 1 {
      EventLoop.refuse(
        "Queue(capacity: \(capacity)): it has room for an item, or with nil for any number", fileID,
        line)
    }
    limit = capacity ?? 0
    resource = Probe.Resource(.queue, name: name, site: Probe.site(fileID, line))
    resource.level(0, of: limit, waiters: 0)
  }

  deinit {
    resource.ended()
  }

  // MARK: The order of the items, under the guard

  /// Keeps an item.
  func store(_ item: Element) {
    items.append(item)
  }

  /// Lets the next item go; there is one.
  func takeNext() -> Element {
    items.removeFirst()
  }

  // MARK: State

  /// How many items are in it.
  public final var count: Int { guarding.withLock { itemCount } }

  /// Whether there is no item.
  public final var isEmpty: Bool { count == 0 }

  /// Whether there is no room.
  public final var isFull: Bool { limit > 0 && count >= limit }

  /// Whether it was shut down.
  public final var isShutDown: Bool { guarding.withLock { hasShutDown } }

  // MARK: Putting

  /// Puts an item in, waiting for room.
  ///
  /// Does not suspend if there is room.
  ///
  /// - Parameter item: The item.
  /// - Throws: `CancellationError`, or `QueueError.shutDown`; the item is not in the queue then.
  public nonisolated(nonsending) final func put(
    _ item: Element, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws {
    if try put(item, orQueue: nil) { return }
    guard let waiter = Waiter.current else { return try await putAtHome(item, fileID, line) }
    try await waiter.refuseIfCancelled()
    if try put(item, orQueue: waiter) { return }
    do {
      try await waiter.wait(in: self, for: .resource, resource.id, at: Probe.site(fileID, line))
    } catch {
      if waiter.wakeReason == .granted { passOnRoom() }
      throw error
    }
    guard waiter.wakeReason == .granted else { throw QueueError.shutDown }
    try putPromised(item)
  }

  /// Puts an item in, if there is room and the queue was not shut down.
  ///
  /// - Parameter item: The item.
  /// - Returns: Whether it is in.
  public final func tryPut(_ item: Element) -> Bool {
    (try? put(item, orQueue: nil)) ?? false
  }

  /// As `tryPut`, and says why not: asyncio's `put_nowait`.
  ///
  /// - Parameter item: The item.
  /// - Throws: `QueueError.full`, `QueueError.shutDown`.
  public final func putNowait(_ item: Element) throws(QueueError) {
    guard try put(item, orQueue: nil) else { throw .full }
  }

  private func put(_ item: Element, orQueue waiter: Waiter?) throws(QueueError) -> Bool {
    var getter: Waiter?
    let isIn = try guarding.withLock { () throws(QueueError) -> Bool in
      guard !hasShutDown else { throw .shutDown }
      guard limit == 0 || itemCount + promisedRooms < limit else {
        if let waiter {
          putters.append(waiter)
          reportLevel()
        }
        return false
      }
      getter = keep(item)
      return true
    }
    getter?.wakeFromAnyThread(.granted)
    return isIn
  }

  private func putPromised(_ item: Element) throws(QueueError) {
    var getter: Waiter?
    try guarding.withLock { () throws(QueueError) in
      promisedRooms -= 1
      guard !hasShutDown else { throw .shutDown }
      getter = keep(item)
    }
    getter?.wakeFromAnyThread(.granted)
  }

  // Returns who is promised it.
  private func keep(_ item: Element) -> Waiter? {
    store(item)
    itemCount += 1
    unfinished += 1
    let getter = getters.removeFirst()
    if getter != nil { promisedItems += 1 }
    reportLevel()
    return getter
  }

  private func passOnRoom() {
    let next = guarding.withLock {
      let next = putters.removeFirst()
      if next == nil { promisedRooms -= 1 }
      reportLevel()
      return next
    }
    next?.wakeFromAnyThread(.granted)
  }

  // MARK: Getting

  /// Takes the next item, waiting for one.
  ///
  /// Does not suspend if there is one.
  ///
  /// - Returns: The item.
  /// - Throws: `CancellationError`, and no item is lost then; `QueueError.shutDown` once the queue
  ///   was shut down and is empty.
  public nonisolated(nonsending) final func get(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> Element {
    try await get(at: Probe.site(fileID, line))
  }

  @inline(__always)
  nonisolated(nonsending)
    final func get(at site: @autoclosure () -> UInt32) async throws -> Element
  {
    if try !promiseItem(orQueue: nil) {
      guard let waiter = Waiter.current else { return try await getAtHome(at: site()) }
      try await waiter.refuseIfCancelled()
      if try !promiseItem(orQueue: waiter) { try await waitForPromise(waiter, at: site()) }
    }
    return try takePromised()
  }

  /// Takes the next item, if there is one.
  ///
  /// - Returns: The item; nil if there is none, or none that isn't promised to a task that waited.
  public final func tryGet() -> Element? {
    guard (try? promiseItem(orQueue: nil)) ?? false else { return nil }
    return try? takePromised()
  }

  /// As `tryGet`, and says why not: asyncio's `get_nowait`.
  ///
  /// - Returns: The item.
  /// - Throws: `QueueError.empty`; `QueueError.shutDown` if it is empty and was shut down.
  public final func getNowait() throws(QueueError) -> Element {
    guard try promiseItem(orQueue: nil) else { throw .empty }
    return try takePromised()
  }

  nonisolated(nonsending)
    private final func waitForPromise(_ waiter: Waiter, at site: UInt32) async throws
  {
    do {
      try await waiter.wait(in: self, for: .resource, resource.id, at: site)
    } catch {
      if waiter.wakeReason == .granted { passOnItem() }
      throw error
    }
    guard waiter.wakeReason == .granted else { throw QueueError.shutDown }
  }

  // Whether an item is promised to who calls; else the waiter waits for one, if one is given.
  private func promiseItem(orQueue waiter: Waiter?) throws(QueueError) -> Bool {
    try guarding.withLock { () throws(QueueError) in
      guard itemCount > promisedItems else {
        if hasShutDown && itemCount == 0 { throw .shutDown }
        if let waiter {
          getters.append(waiter)
          reportLevel()
        }
        return false
      }
      promisedItems += 1
      return true
    }
  }

  // Fails if the queue was emptied meanwhile, since it was shut down.
  private func takePromised() throws(QueueError) -> Element {
    var putter: Waiter?
    var isLast = false
    let item = try guarding.withLock { () throws(QueueError) -> Element in
      promisedItems -= 1
      guard itemCount > 0 else { throw .shutDown }
      itemCount -= 1
      putter = putters.removeFirst()
      if putter != nil { promisedRooms += 1 }
      isLast = hasShutDown && itemCount == 0
      reportLevel()
      return takeNext()
    }
    putter?.wakeFromAnyThread(.granted)
    if isLast { endGetters() }
    return item
  }

  private func passOnItem() {
    let next = guarding.withLock {
      let next = itemCount > 0 ? getters.removeFirst() : nil
      if next == nil { promisedItems -= 1 }
      reportLevel()
      return next
    }
    next?.wakeFromAnyThread(.granted)
  }

  // Those that had waited for what others were promised.
  private func endGetters() {
    let ended = guarding.withLock {
      defer { reportLevel() }
      return getters.removeAll()
    }
    ended.wake(.woken)
  }

  // MARK: Ending

  /// Says that the work on an item that was got is done.
  ///
  /// Not more often than items were put.
  public final func taskDone(fileID: StaticString = #fileID, line: UInt32 = #line) {
    let ended = guarding.withLock {
      if unfinished == 0 {
        EventLoop.refuse("taskDone() was called more often than items were put", fileID, line)
      }
      unfinished -= 1
      return endJoiners()
    }
    ended.wake(.granted)
  }

  private func endJoiners() -> WokenWaiters {
    guard unfinished == 0, !joiners.isEmpty else { return WokenWaiters() }
    defer { reportLevel() }
    return joiners.removeAll()
  }

  /// Waits until `taskDone()` was called for every item that was put.
  ///
  /// Does not suspend if it was.
  ///
  /// - Throws: `CancellationError`.
  public nonisolated(nonsending) final func join(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws(CancellationError) {
    guard unfinishedCount > 0 else { return }
    guard let waiter = Waiter.current else { return try await joinAtHome(fileID, line) }
    try await waiter.refuseIfCancelled()
    let waits = guarding.withLock {
      guard unfinished > 0 else { return false }
      joiners.append(waiter)
      reportLevel()
      return true
    }
    guard waits else { return }
    try await waiter.wait(in: self, for: .resource, resource.id, at: Probe.site(fileID, line))
  }

  final var unfinishedCount: Int { guarding.withLock { unfinished } }

  /// Ends the queue: from now on nothing can be put, and those that wait to put fail.
  ///
  /// What is in it can still be got; after that, getting fails too. Again, it does nothing but
  /// drop the items, if that is asked for.
  ///
  /// - Parameter immediate: Whether the items in it are dropped. Each of them counts as done then,
  ///   so that `join()` only waits for those that were got before.
  public final func shutDown(immediate: Bool = false) {
    // Items are somebody else's: they are let go of outside of the guard.
    var dropped: [Element] = []
    let (woken, joined) = guarding.withLock {
      hasShutDown = true
      if immediate {
        for _ in 0..<itemCount { dropped.append(takeNext()) }
        unfinished = Swift.max(0, unfinished - itemCount)
        itemCount = 0
      }
      var woken = putters.removeAll()
      if itemCount == 0 { woken.append(getters.removeAll()) }
      let joined = endJoiners()
      reportLevel()
      return (woken, joined)
    }
    woken.wake(.woken)
    joined.wake(.granted)
  }

  private func reportLevel() {
    resource.level(
      itemCount, of: limit, waiters: getters.count + putters.count + joiners.count,
      producers: putters.count)
  }
}

extension Queue {
  /// What it is like now; from any thread.
  public final var statistics: QueueStatistics {
    guarding.withLock {
      QueueStatistics(
        count: itemCount, capacity: capacity, unfinished: unfinished, isShutDown: hasShutDown,
        getters: getters.count, putters: putters.count, joiners: joiners.count)
    }
  }
}

extension Queue: WaitPlace {
  final func cancelWait(of waiter: Waiter) -> Bool {
    let hasWaited = guarding.withLock {
      guard getters.remove(waiter) || putters.remove(waiter) || joiners.remove(waiter) else {
        return false
      }
      reportLevel()
      return true
    }
    if hasWaited { waiter.wakeFromAnyThread(.cancelled) }
    return hasWaited
  }
}

// 1. `resource` and `capacity` never change.
// 2. Everything else is touched only under `guarding`, which also keeps accesses from overlapping;
//    who is woken, after that.
// 3. Items are `Sendable`, so it does not matter who puts them and who gets them.
extension Queue: @unchecked Sendable where Element: Sendable {}
