import AsyncTopBus

/// Items, first in, first out, put by some tasks and got by others, which wait for room and for
/// items in the order in which they came.
///
/// A waiting task is promised the next item, or the next free place, which no later task can take.
/// If it is cancelled before it resumes, the promise goes to the next. If its items are `Sendable`,
/// a queue works between tasks of several loops and native tasks, on whatever threads; what does
/// not wait may be called from outside of tasks.
///
/// It is also a sequence, of the items got one after the other until the queue is shut down.
///
/// Subclasses keep the items in another order.
public class Queue<Element> {
  let lot: ParkingLot<QueueState>
  // Touched only where the lot's state is changed, which also keeps accesses from overlapping.
  @safe @exclusivity(unchecked) private var items = ItemRing<Element>()
  /// How many items it holds at most; nil for no limit.
  public final let capacity: Int?

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
    self.capacity = capacity
    lot = ParkingLot(
      QueueState(limit: capacity ?? 0), .queue, name: name, site: Probe.site(fileID, line))
  }

  // MARK: The order of the items, while the state is changed

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
  public final var count: Int { lot.read { $0.count } }

  /// Whether there is no item.
  public final var isEmpty: Bool { count == 0 }

  /// Whether there is no room.
  public final var isFull: Bool { capacity.map { count >= $0 } ?? false }

  /// Whether it was shut down.
  public final var isShutDown: Bool { lot.read { $0.isShutDown } }

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
    switch putAtOnce(item) {
    case .passes: return
    case .isRefused: throw QueueError.shutDown
    case .parks: break
    }
    switch await lot.parkForRoom(in: self, fileID, line) {
    case .passed, .wasGranted: try putPromised(item)
    case .wasRefused, .wasWoken: throw QueueError.shutDown
    case .wasCancelled: throw CancellationError()
    }
  }

  /// Puts an item in, if there is room and the queue was not shut down.
  ///
  /// - Parameter item: The item.
  /// - Returns: Whether it is in.
  public final func tryPut(_ item: Element) -> Bool {
    putAtOnce(item) == .passes
  }

  /// As `tryPut`, and says why not: asyncio's `put_nowait`.
  ///
  /// - Parameter item: The item.
  /// - Throws: `QueueError.full`, `QueueError.shutDown`.
  public final func putNowait(_ item: Element) throws(QueueError) {
    switch putAtOnce(item) {
    case .passes: return
    case .isRefused: throw .shutDown
    case .parks: throw .full
    }
  }

  private func putAtOnce(_ item: Element) -> Arrival {
    lot.change { state, woken in
      let arrival = state.put(into: &woken)
      if arrival == .passes { store(item) }
      return arrival
    }
  }

  private func putPromised(_ item: Element) throws(QueueError) {
    let isIn = lot.change { state, woken in
      let isIn = state.putPromised(into: &woken)
      if isIn { store(item) }
      return isIn
    }
    if !isIn { throw .shutDown }
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
    do throws(QueueError) {
      return try getNowait()
    } catch {
      if error == .shutDown { throw error }
    }
    switch await lot.parkForItem(in: self, fileID, line) {
    case .passed, .wasGranted: return try takePromised()
    case .wasRefused, .wasWoken: throw QueueError.shutDown
    case .wasCancelled: throw CancellationError()
    }
  }

  /// Takes the next item, if there is one.
  ///
  /// - Returns: The item; nil if there is none, or none that isn't promised to a task that waited.
  public final func tryGet() -> Element? {
    try? getNowait()
  }

  /// As `tryGet`, and says why not: asyncio's `get_nowait`.
  ///
  /// - Returns: The item.
  /// - Throws: `QueueError.empty`; `QueueError.shutDown` if it is empty and was shut down.
  public final func getNowait() throws(QueueError) -> Element {
    try lot.change {
      (state: inout QueueState, woken: inout WokenWaiters) throws(QueueError) -> Element in
      switch state.take(into: &woken) {
      case .passes: return takeNext()
      case .isRefused: throw .shutDown
      case .parks: throw .empty
      }
    }
  }

  // Fails if the queue was emptied meanwhile, since it was shut down.
  private func takePromised() throws(QueueError) -> Element {
    try lot.change {
      (state: inout QueueState, woken: inout WokenWaiters) throws(QueueError) -> Element in
      guard state.takePromised(into: &woken) else { throw .shutDown }
      return takeNext()
    }
  }

  // MARK: Ending

  /// Says that the work on an item that was got is done.
  ///
  /// Not more often than items were put.
  public final func taskDone(fileID: StaticString = #fileID, line: UInt32 = #line) {
    if !lot.change({ $0.taskDone(into: &$1) }) {
      EventLoop.refuse("taskDone() was called more often than items were put", fileID, line)
    }
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
    if await lot.parkUntilDone(in: self, fileID, line) == .wasCancelled {
      throw CancellationError()
    }
  }

  final var unfinishedCount: Int { lot.read { $0.unfinished } }

  /// Ends the queue: from now on nothing can be put, and those that wait to put fail.
  ///
  /// What is in it can still be got; after that, getting fails too. Again, it does nothing but
  /// drop the items, if that is asked for.
  ///
  /// - Parameter immediate: Whether the items in it are dropped. Each of them counts as done then,
  ///   so that `join()` only waits for those that were got before.
  public final func shutDown(immediate: Bool = false) {
    // Items are somebody else's: they are let go of when the state is not guarded any more.
    var dropped: [Element] = []
    lot.change { state, woken in
      let count = state.shutDown(dropsItems: immediate, into: &woken)
      for _ in 0..<count { dropped.append(takeNext()) }
    }
  }
}

extension Queue {
  /// What it is like now; from any thread.
  public final var statistics: QueueStatistics {
    lot.read {
      QueueStatistics(
        count: $0.count, capacity: capacity, unfinished: $0.unfinished, isShutDown: $0.isShutDown,
        getters: $0.getters.count, putters: $0.putters.count, joiners: $0.joiners.count)
    }
  }
}

extension Queue: WaitPlace {
  final func cancelWait(of waiter: Waiter) -> Bool { lot.cancelWait(of: waiter) }
}

// 1. `lot` and `capacity` never change, and the lot guards what is in it.
// 2. The items are touched only where its state is changed.
// 3. Items are `Sendable`, so it does not matter who puts them and who gets them.
extension Queue: @unchecked Sendable where Element: Sendable {}

/// A queue at one moment.
public struct QueueStatistics: Sendable {
  /// How many items were in it.
  public let count: Int
  /// How many items it holds at most; nil for no limit.
  public let capacity: Int?
  /// How many items were put and not said to be done.
  public let unfinished: Int
  /// Whether it was shut down.
  public let isShutDown: Bool
  /// How many waited for an item.
  public let getters: Int
  /// How many waited for room.
  public let putters: Int
  /// How many waited until all is done.
  public let joiners: Int
}

/// What a queue can't do, or can't do at once.
@nonexhaustive
public enum QueueError: Error, CustomStringConvertible {
  /// There is no item, or none that isn't promised to a task that waited.
  case empty
  /// There is no room, or none that isn't promised to a task that waited.
  case full
  /// It was shut down: nothing can be put any more, and no item is left to get.
  case shutDown

  /// For people.
  public var description: String {
    switch self {
    case .empty: "the queue is empty"
    case .full: "the queue is full"
    case .shutDown: "the queue was shut down"
    }
  }
}
