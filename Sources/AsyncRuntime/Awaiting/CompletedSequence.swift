import Instrumentation

/// Tasks and futures in the order in which they end, as `asCompleted` gives them.
///
/// Can be iterated once at a time; each iteration begins anew.
public struct CompletedSequence<Element: Sendable>: AsyncSequence, Sendable {
  /// It may throw `TimeoutError`, `CancelledError` and `AwaitError`.
  public typealias Failure = any Error

  let elements: [Element]
  let members: [any Waitable]
  let deadline: Duration?
  let site: UInt32

  /// Gives them one after the other.
  public func makeAsyncIterator() -> Iterator {
    let loop = EventLoop.own(for: "asCompleted")
    return Iterator(self, feed: CompletionFeed(loop, of: members, site: site))
  }

  /// Gives them one after the other.
  public struct Iterator: AsyncIteratorProtocol {
    private let sequence: CompletedSequence
    private let feed: CompletionFeed
    private let subscription: Subscription
    private let places: [ObjectIdentifier: Int]

    init(_ sequence: CompletedSequence, feed: CompletionFeed) {
      self.sequence = sequence
      self.feed = feed
      subscription = Subscription(feed)
      places = Dictionary(
        zip(sequence.members.map { ObjectIdentifier($0) }, sequence.members.indices),
        uniquingKeysWith: { first, _ in first })
    }

    /// The next one that has ended, waiting for it; nil after the last.
    ///
    /// - Throws: `TimeoutError` when the time is over; `CancelledError` if the waiting task is
    ///   cancelled. `AwaitError` if one can't be awaited here.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws -> Element? {
      guard let member = try await nextMember(actor) else { return nil }
      return places[ObjectIdentifier(member)].map { sequence.elements[$0] }
    }

    /// The next one that has ended, waiting for it; nil after the last.
    ///
    /// - Throws: `TimeoutError` when the time is over; `CancelledError` if the waiting task is
    ///   cancelled. `AwaitError` if one can't be awaited here.
    public mutating func next() async throws -> Element? {
      try await next(isolation: nil)
    }

    private func nextMember(_ actor: isolated (any Actor)?) async throws -> (any Waitable)? {
      let (feed, deadline) = (feed, sequence.deadline)
      guard feed.loop === EventLoop.own(for: "asCompleted", in: actor) else {
        throw AwaitError.otherLoop
      }
      if feed.loop.isHome(actor) { return try await feed.next(until: deadline) }
      return try await feed.loop.atHome { try await feed.next(until: deadline) }
    }
  }

  // Goes with the last copy of an iterator, and then those that have not ended tell it no more.
  private final class Subscription: Sendable {
    private let feed: CompletionFeed

    init(_ feed: CompletionFeed) {
      self.feed = feed
    }

    deinit {
      if feed.loop.isOnThread {
        feed.leave()
      } else {
        feed.loop.callSoonThreadsafe { [feed] in feed.leave() }
      }
    }
  }
}

/// Waits for tasks, futures or coroutines, and gives them in the order in which they end.
///
///     for try await task in asCompleted(tasks) { print(try task.result()) }
///
/// It gives the tasks themselves, as asyncio's asynchronous iteration does, and a coroutine's task;
/// there is no other form. Coroutines become tasks when this is called. Neither a timeout nor
/// ending the iteration cancels any of them.
///
/// - Parameters:
///   - awaitables: Of one that stands there twice only the first counts.
///   - timeout: From now until when, at most; nil for no limit.
///   - fileID: The file that asynctop shows; leave it out.
///   - line: The line that asynctop shows; leave it out.
///   - isolation: Leave it out.
/// - Returns: The sequence. It throws `TimeoutError` when the time is over, and `CancelledError`.
public func asCompleted<A: Awaitable>(
  _ awaitables: [A], timeout: Duration? = nil, fileID: StaticString = #fileID,
  line: UInt32 = #line, isolation: isolated (any Actor)? = #isolation
) -> CompletedSequence<A.Scheduled> {
  let members = awaitables.map { $0.scheduled(isolation: isolation) }.distinct {
    ObjectIdentifier($0)
  }
  let deadline = timeout.map {
    EventLoop.own(for: "asCompleted", in: isolation).time.advanced(by: $0)
  }
  return CompletedSequence(
    elements: members, members: members, deadline: deadline, site: Probe.site(fileID, line))
}

/// Waits for a mix of tasks and futures, and gives them in the order in which they end.
///
/// - Parameters:
///   - waitables: Of one that stands there twice only the first counts.
///   - timeout: From now until when, at most; nil for no limit.
///   - fileID: The file that asynctop shows; leave it out.
///   - line: The line that asynctop shows; leave it out.
/// - Returns: The sequence. It throws `TimeoutError` when the time is over, and `CancelledError`.
public func asCompleted(
  _ waitables: [any Waitable], timeout: Duration? = nil, fileID: StaticString = #fileID,
  line: UInt32 = #line
) -> CompletedSequence<any Waitable> {
  let members = waitables.distinct { ObjectIdentifier($0) }
  let deadline = timeout.map {
    EventLoop.own(for: "asCompleted").time.advanced(by: $0)
  }
  return CompletedSequence(
    elements: members, members: members, deadline: deadline, site: Probe.site(fileID, line))
}
