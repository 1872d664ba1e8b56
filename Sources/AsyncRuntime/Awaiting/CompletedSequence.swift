import AsyncTopBus

/// Tasks and futures in the order in which they end, as `asCompleted` gives them.
///
/// Each is given once: to iterate again goes on where an iteration was broken off, and several that
/// iterate at once share them.
public struct CompletedSequence<Element: Sendable>: AsyncSequence, Sendable {
  /// It may throw `TimeoutError`, `CancellationError` and `AwaitError`.
  public typealias Failure = any Error

  private let elements: [Element]
  private let places: [ObjectIdentifier: Int]
  private let subscription: Subscription

  init(_ elements: [Element], _ members: [any Waitable], _ feed: CompletionFeed) {
    self.elements = elements
    subscription = Subscription(feed)
    places = Dictionary(
      zip(members.map { ObjectIdentifier($0) }, members.indices),
      uniquingKeysWith: { first, _ in first })
  }

  /// Gives those that were not given yet, one after the other.
  public func makeAsyncIterator() -> Iterator { Iterator(sequence: self) }

  /// Gives them one after the other.
  public struct Iterator: AsyncIteratorProtocol {
    let sequence: CompletedSequence

    /// The next one that has ended, waiting for it; nil after the last.
    ///
    /// - Throws: `TimeoutError` when the time is over; `CancellationError` if the waiting task is
    ///   cancelled. `AwaitError` if one can't be awaited here.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws -> Element? {
      guard let member = try await nextMember(actor) else { return nil }
      return sequence.places[ObjectIdentifier(member)].map { sequence.elements[$0] }
    }

    /// The next one that has ended, waiting for it; nil after the last.
    ///
    /// - Throws: `TimeoutError` when the time is over; `CancellationError` if the waiting task is
    ///   cancelled. `AwaitError` if one can't be awaited here.
    public mutating func next() async throws -> Element? {
      try await next(isolation: nil)
    }

    private func nextMember(_ actor: isolated (any Actor)?) async throws -> (any Waitable)? {
      let feed = sequence.subscription.feed
      guard feed.loop === EventLoop.own(for: "asCompleted", in: actor) else {
        throw AwaitError.otherLoop
      }
      if feed.loop.isHome(actor) { return try await feed.next() }
      return try await feed.loop.atHome { try await feed.next() }
    }
  }

  // Goes with the last copy of the sequence or of an iterator, and then those that have not ended
  // tell it no more.
  private final class Subscription: Sendable {
    let feed: CompletionFeed

    init(_ feed: CompletionFeed) {
      self.feed = feed
    }

    deinit {
      let feed = feed
      if feed.loop.isOnThread {
        feed.abandon()
      } else {
        feed.loop.callSoonThreadsafe { feed.abandon() }
      }
    }
  }
}

/// Waits for tasks, futures or coroutines, and gives them in the order in which they end.
///
///     for try await task in asCompleted(tasks) { print(try task.result()) }
///
/// It gives the tasks themselves, as asyncio's asynchronous iteration does, and a coroutine's task;
/// there is no other form. Coroutines become tasks when this is called, and from then on the order
/// counts. Neither a timeout nor ending the iteration cancels any of them; to iterate again gives
/// the rest.
///
/// - Parameters:
///   - awaitables: Of one that stands there twice only the first counts.
///   - timeout: From now until when, at most; nil for no limit.
/// - Returns: The sequence. It throws `TimeoutError` when the time is over, once for each that has
///   not ended by then, and `CancellationError`.
public func asCompleted<A: Awaitable>(
  _ awaitables: [A], timeout: Duration? = nil, fileID: StaticString = #fileID,
  line: UInt32 = #line, isolation: isolated (any Actor)? = #isolation
) -> CompletedSequence<A.Scheduled> {
  let members = awaitables.map { $0.scheduled(isolation: isolation) }.distinct {
    ObjectIdentifier($0)
  }
  let feed = CompletionFeed(
    EventLoop.own(for: "asCompleted", in: isolation, fileID, line), of: members, timeout: timeout,
    site: Probe.site(fileID, line))
  return CompletedSequence(members, members, feed)
}

/// Waits for a mix of tasks and futures, and gives them in the order in which they end.
///
/// - Parameters:
///   - waitables: Of one that stands there twice only the first counts.
///   - timeout: From now until when, at most; nil for no limit.
/// - Returns: The sequence. It throws `TimeoutError` when the time is over, once for each that has
///   not ended by then, and `CancellationError`.
@_disfavoredOverload
public func asCompleted(
  _ waitables: [any Waitable], timeout: Duration? = nil, fileID: StaticString = #fileID,
  line: UInt32 = #line
) -> CompletedSequence<any Waitable> {
  let members = waitables.distinct { ObjectIdentifier($0) }
  let feed = CompletionFeed(
    EventLoop.own(for: "asCompleted", fileID, line), of: members, timeout: timeout,
    site: Probe.site(fileID, line))
  return CompletedSequence(members, members, feed)
}

/// What iterations over `asCompleted` wait for, again and again: the next one that has ended.
///
/// Sendable as its base class is; what it adds belongs to the loop's thread.
final class CompletionFeed: Assembly, @unchecked Sendable {
  private var ended: [any Waitable] = []
  private var given = 0
  private let deadline: EventLoop.Instant?
  private var hasBegun = false
  private var timer: TimerHandle?
  // How many had not ended when the time was over, for each of which that is said once.
  private var late: Int?
  private var refusal: AwaitError?
  // Of those that iterate at once one waits for the members, the others for their turns.
  private var isTurnTaken = false
  private let turns = WaitQueue()

  /// Begins to listen, at once where the loop runs, else when it is first asked.
  init(_ loop: EventLoop, of members: [any Waitable], timeout: Duration?, site: UInt32) {
    deadline = timeout.map { loop.now.advanced(by: $0) }
    super.init(loop, of: members, name: "asCompleted", site: site)
    if loop.isRunningHere { start() }
  }

  private func start() {
    hasBegun = true
    do {
      try begin()
    } catch {
      refusal = error
    }
    guard let deadline, pending > 0 else { return }
    guard deadline > loop.now else { return expire() }
    let timer = TimerHandle(loop, when: deadline) { [self] in expire() }
    loop.arm(timer, .timeout, at: site)
    self.timer = timer
  }

  override var needsAll: Bool { false }

  override var waitsAgain: Bool { pending > 1 }

  override func memberEnded(_ member: any Waitable) {
    ended.append(member)
    if pending == 0 { timer?.cancel() }
    finish()
  }

  private func expire() {
    late = pending
    leave()
    finish()
  }

  /// Nobody will ask any more.
  func abandon() {
    timer?.cancel()
    leave()
  }

  /// The next one; nil after the last.
  nonisolated(nonsending)
    func next() async throws -> (any Waitable)?
  {
    guard loop.isRunningHere else { throw AwaitError.otherLoop }
    if !hasBegun { start() }
    if let refusal { throw refusal }
    if isTurnTaken { try await waitForTurn() }
    isTurnTaken = true
    defer { passTurn() }
    if given == ended.count && late == nil && pending > 0 {
      resume()
      try await wait()
    }
    if given < ended.count {
      given += 1
      return ended[given - 1]
    }
    guard let late, late > 0 else { return nil }
    self.late = late - 1
    throw TimeoutError()
  }

  nonisolated(nonsending)
    private func waitForTurn() async throws(CancellationError)
  {
    let waiter = loop.waiter()
    try await waiter.refuseIfCancelled()
    turns.append(waiter)
    do {
      let address = unsafe UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())
      try await waiter.wait(in: turns, for: .future, UInt64(address), at: site)
    } catch {
      if waiter.wakeReason == .granted { passTurn() }
      throw error
    }
  }

  private func passTurn() {
    isTurnTaken = turns.wakeFirst()
  }
}
