import Instrumentation
import LinuxSystem

/// Items in order, put by some tasks and got by others, which wait for room and for items in the
/// order in which they came.
///
/// A task that waits is promised the next item, or the next room, and nobody who comes later gets
/// that first. If it is cancelled before it runs, the promise goes to the next. The queue belongs
/// to the thread that made it, which is that of the loop whose tasks use it.
///
/// Sendable, if its items are, because every entry point checks the thread.
public final class Queue<Element> {
  private let thread = ThreadIdentity.current
  private let resource: Probe.Resource
  private let getters = WaitQueue()
  private let putters = WaitQueue()
  // Items not yet got, oldest first from `head`.
  private var items: [Element?] = []
  private var head = 0
  private var promisedItems = 0
  private var promisedRooms = 0
  private var unfinished = 0
  private let joiners = WaitQueue()
  /// How many items it holds at most; 0 for no limit.
  public let capacity: Int

  /// Makes an empty queue.
  ///
  /// - Parameters:
  ///   - capacity: How many items it holds at most; 0 for no limit.
  ///   - name: What people call it.
  ///   - fileID: The file that asynctop shows; leave it out.
  ///   - line: The line that asynctop shows; leave it out.
  public init(
    capacity: Int = 0, name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line
  ) {
    precondition(capacity >= 0, "a queue's capacity is not negative")
    self.capacity = capacity
    resource = Probe.Resource(.queue, name: name, site: Probe.site(fileID, line))
    resource.level(0, of: capacity, waiters: 0)
  }

  deinit {
    resource.ended()
  }

  /// How many items are in it.
  public var count: Int { items.count - head }

  /// Whether there is no item.
  public var isEmpty: Bool { count == 0 }

  /// Whether there is no room.
  public var isFull: Bool { capacity > 0 && count >= capacity }

  /// Puts an item last, waiting for room.
  ///
  /// - Parameters:
  ///   - item: The item.
  ///   - fileID: The file that asynctop shows; leave it out.
  ///   - line: The line that asynctop shows; leave it out.
  /// - Throws: `CancelledError`; the item is not in the queue then.
  public nonisolated(nonsending) func put(
    _ item: Element, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws(CancelledError) {
    checkThread()
    if !hasRoom {
      try await wait(in: putters, at: Probe.site(fileID, line)) { passOnRoom() }
      promisedRooms -= 1
    }
    append(item)
  }

  /// Puts an item last, if there is room.
  ///
  /// - Parameter item: The item.
  /// - Throws: `QueueError.full`.
  public func putNoWait(_ item: Element) throws(QueueError) {
    checkThread()
    guard hasRoom else { throw .full }
    append(item)
  }

  /// Takes the first item, waiting for one.
  ///
  /// - Parameters:
  ///   - fileID: The file that asynctop shows; leave it out.
  ///   - line: The line that asynctop shows; leave it out.
  /// - Returns: The item.
  /// - Throws: `CancelledError`; no item is lost then.
  public nonisolated(nonsending) func get(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws(CancelledError) -> Element {
    checkThread()
    if !hasItem {
      try await wait(in: getters, at: Probe.site(fileID, line)) { passOnItem() }
      promisedItems -= 1
    }
    return removeFirst()
  }

  /// Takes the first item, if there is one.
  ///
  /// - Returns: The item.
  /// - Throws: `QueueError.empty`.
  public func getNoWait() throws(QueueError) -> Element {
    checkThread()
    guard hasItem else { throw .empty }
    return removeFirst()
  }

  /// Says that the work on an item that was got is done.
  ///
  /// Not more often than items were put.
  public func taskDone() {
    checkThread()
    precondition(unfinished > 0, "taskDone() was called more often than items were put")
    unfinished -= 1
    if unfinished == 0 { while joiners.wakeFirst() != nil {} }
  }

  /// Waits until `taskDone()` was called for every item that was put.
  ///
  /// - Parameters:
  ///   - fileID: The file that asynctop shows; leave it out.
  ///   - line: The line that asynctop shows; leave it out.
  /// - Throws: `CancelledError`.
  public nonisolated(nonsending) func join(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws(CancelledError) {
    checkThread()
    while unfinished > 0 {
      try await wait(in: joiners, at: Probe.site(fileID, line)) {}
    }
  }

  private nonisolated(nonsending) func wait(
    in queue: WaitQueue, at site: UInt32, passOn: () -> Void
  ) async throws(CancelledError) {
    let task = EventLoop.required(for: "a queue").waiter()
    try await task.refuseIfCancelled()
    queue.append(task)
    reportLevel()
    do {
      try await task.wait(in: queue, for: .resource, resource.id, at: site)
    } catch {
      if task.wakeReason == .granted { passOn() }
      reportLevel()
      throw error
    }
  }

  private var hasItem: Bool { count > promisedItems }

  private var hasRoom: Bool { capacity == 0 || count + promisedRooms < capacity }

  private func append(_ item: Element) {
    items.append(item)
    unfinished += 1
    if getters.wakeFirst() != nil { promisedItems += 1 }
    reportLevel()
  }

  private func removeFirst() -> Element {
    guard let item = items[head] else { preconditionFailure("an item is got once") }
    items[head] = nil
    head += 1
    if head == items.count {
      items.removeAll(keepingCapacity: true)
      head = 0
    } else if head > 64 && head * 2 > items.count {
      items.removeFirst(head)
      head = 0
    }
    if putters.wakeFirst() != nil { promisedRooms += 1 }
    reportLevel()
    return item
  }

  private func passOnItem() {
    if getters.wakeFirst() == nil { promisedItems -= 1 }
  }

  private func passOnRoom() {
    if putters.wakeFirst() == nil { promisedRooms -= 1 }
  }

  private func reportLevel() {
    resource.level(count, of: capacity, waiters: getters.count + putters.count)
  }

  private func checkThread() {
    precondition(thread == .current, "a queue is used on the thread that made it")
  }
}

// 1. `thread` and `capacity` never change.
// 2. Everything else is touched only on `thread`, which every entry point checks.
// 3. Items are `Sendable`, so it does not matter who puts them and who gets them.
extension Queue: @unchecked Sendable where Element: Sendable {}
