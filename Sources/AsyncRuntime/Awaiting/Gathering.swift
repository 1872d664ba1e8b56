import AsyncTopBus

/// What `gather` waits for: all of its members, or the first error of one.
///
/// Sendable as its base class is; what it adds belongs to the loop's thread.
final class Gathering: Assembly, @unchecked Sendable {
  private let endsAtError: Bool
  private var firstError: (any Error)?
  private var waiterIsCancelled = false

  init(
    _ loop: EventLoop, of members: [any Waitable], endsAtError: Bool, name: String, site: UInt32
  ) {
    self.endsAtError = endsAtError
    super.init(loop, of: members, name: name, site: site)
  }

  override func memberEnded(_ member: any Waitable) {
    // Looks at it in any case: nobody else hears of the errors after the first one.
    let error = Self.error(of: member)
    guard !isOver else { return }
    if endsAtError, let error {
      firstError = error
      finish()
    } else if pending == 0 {
      finish()
    }
  }

  private static func error(of member: any Waitable) -> (any Error)? {
    do { return try member.error() } catch { return error }
  }

  // Waits until they have ended because of that.
  override func waiterCancelled(_ waiter: Waiter) -> Bool {
    waiterIsCancelled = true
    for member in members { member.cancel(message: waiter.cancelMessage) }
    return true
  }

  /// Waits for them.
  ///
  /// - Throws: The first error, if it ends at that; `CancellationError` if the waiter was
  ///   cancelled.
  nonisolated(nonsending)
    func run() async throws
  {
    try begin()
    if pending == 0, !isOver { finish() }
    try await wait()
    if let firstError { throw firstError }
    if waiterIsCancelled { throw CancellationError() }
  }
}

/// Waits for several awaitables at once, and gives their values in the order in which they are
/// written.
///
/// Coroutines become tasks when it is called. One that stands there twice runs once. The first
/// error, also the `CancellationError` of one that is cancelled, is thrown at once; the others go
/// on, and their errors are dropped. If the waiting task is cancelled, all of them are; it goes on
/// when they have ended, or one has thrown. To have it as a future, for asyncio's `gather` returns
/// one, write `createTask { try await gather(…) }`.
///
/// - Parameter awaitables: Tasks, futures and coroutines.
/// - Returns: Their values.
/// - Throws: The first error; `CancellationError`. `AwaitError` if one can't be awaited here.
@discardableResult
public nonisolated(nonsending) func gather<each A: Awaitable>(
  _ awaitables: repeat each A, fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> (repeat (each A).Value) {
  let loop = try EventLoop.needed(for: "gather", in: #isolation)
  guard loop.isHome(#isolation) else {
    let all = (repeat each awaitables)
    return try await loop.atHome { try await gather(repeat each all, fileID: fileID, line: line) }
  }
  var members: [any Waitable] = []
  repeat members.append((each awaitables).scheduled(isolation: #isolation))
  try await Gathering.run(
    members, on: loop, endsAtError: true, site: Probe.site(fileID, line))
  return (repeat try (each awaitables).result())
}

/// Waits for several awaitables at once, and gives the outcome of each.
///
/// asyncio's `gather(…, return_exceptions=True)`: as `gather`, but errors are returned in the
/// places of values, so that all have ended when it returns.
///
/// - Parameter awaitables: Tasks, futures and coroutines.
/// - Returns: Their outcomes.
/// - Throws: `CancellationError` if the waiting task was cancelled. `AwaitError` if one can't be
///   awaited here.
@discardableResult
public nonisolated(nonsending) func gatherResults<each A: Awaitable>(
  _ awaitables: repeat each A, fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> (repeat Result<(each A).Value, any Error>) {
  let loop = try EventLoop.needed(for: "gather", in: #isolation)
  guard loop.isHome(#isolation) else {
    let all = (repeat each awaitables)
    return try await loop.atHome {
      try await gatherResults(repeat each all, fileID: fileID, line: line)
    }
  }
  var members: [any Waitable] = []
  repeat members.append((each awaitables).scheduled(isolation: #isolation))
  try await Gathering.run(
    members, on: loop, endsAtError: false, site: Probe.site(fileID, line))
  return (repeat outcome(of: each awaitables))
}

private func outcome<A: Awaitable>(of awaitable: A) -> Result<A.Value, any Error> {
  Result { try awaitable.result() }
}

/// Not there: calls begin at once, one after the other.
///
/// - Parameter values: Give tasks, futures and `coroutine { … }`s.
/// - Returns: Nothing.
/// - Throws: Nothing.
@available(
  *, unavailable,
  message: "gather takes tasks, futures and coroutines: gather(coroutine { … }, coroutine { … })"
)
@_disfavoredOverload
public func gather<each Value>(
  _ values: repeat each Value
) async throws -> (repeat each Value) {
  (repeat each values)
}

/// Waits for awaitables at once, and gives their values in order.
///
/// - Parameter awaitables: Tasks, futures or coroutines; see `gather(_:fileID:line:)` of several.
/// - Returns: Their values; of none, none.
/// - Throws: The first error; `CancellationError`. `AwaitError` if one can't be awaited here.
@discardableResult
public nonisolated(nonsending) func gather<A: Awaitable>(
  _ awaitables: [A], fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> [A.Value] {
  try await gather(awaitables as [any Awaitable<A.Value>], fileID: fileID, line: line)
}

/// Waits for a mix of awaitables at once, and gives their values in order.
///
/// - Parameter awaitables: Tasks, futures and coroutines; see `gather(_:fileID:line:)` of several.
/// - Returns: Their values; of none, none.
/// - Throws: The first error; `CancellationError`. `AwaitError` if one can't be awaited here.
@discardableResult
public nonisolated(nonsending) func gather<Value: Sendable>(
  _ awaitables: [any Awaitable<Value>], fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> [Value] {
  let loop = try EventLoop.needed(for: "gather", in: #isolation)
  guard loop.isHome(#isolation) else {
    return try await loop.atHome { try await gather(awaitables, fileID: fileID, line: line) }
  }
  try await Gathering.run(
    awaitables.map { $0.scheduled(isolation: #isolation) }, on: loop, endsAtError: true,
    site: Probe.site(fileID, line))
  return try awaitables.map { try $0.result() }
}

/// Waits for awaitables at once, and gives the outcome of each in order.
///
/// - Parameter awaitables: Tasks, futures or coroutines; see `gatherResults(_:fileID:line:)` of
///   several.
/// - Returns: Their outcomes; of none, none.
/// - Throws: `CancellationError` if the waiting task was cancelled. `AwaitError` if one can't be
///   awaited here.
@discardableResult
public nonisolated(nonsending) func gatherResults<A: Awaitable>(
  _ awaitables: [A], fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> [Result<A.Value, any Error>] {
  try await gatherResults(awaitables as [any Awaitable<A.Value>], fileID: fileID, line: line)
}

/// Waits for a mix of awaitables at once, and gives the outcome of each in order.
///
/// - Parameter awaitables: Tasks, futures and coroutines; see `gatherResults(_:fileID:line:)` of
///   several.
/// - Returns: Their outcomes; of none, none.
/// - Throws: `CancellationError` if the waiting task was cancelled. `AwaitError` if one can't be
///   awaited here.
@discardableResult
public nonisolated(nonsending) func gatherResults<Value: Sendable>(
  _ awaitables: [any Awaitable<Value>], fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> [Result<Value, any Error>] {
  let loop = try EventLoop.needed(for: "gather", in: #isolation)
  guard loop.isHome(#isolation) else {
    return try await loop.atHome { try await gatherResults(awaitables, fileID: fileID, line: line) }
  }
  try await Gathering.run(
    awaitables.map { $0.scheduled(isolation: #isolation) }, on: loop, endsAtError: false,
    site: Probe.site(fileID, line))
  return awaitables.map { awaitable in Result { try awaitable.result() } }
}

/// Not there: values of several types don't fit into one array.
///
/// - Parameter awaitables: Give them without brackets, and get a tuple.
/// - Throws: Nothing.
@available(
  *, unavailable, message: "without brackets, gather(a, b) gives a tuple of values of any types"
)
@_disfavoredOverload
public func gather(_ awaitables: [any Awaitable]) async throws {}

extension Gathering {
  nonisolated(nonsending)
    static func run(
      _ members: [any Waitable], on loop: EventLoop, endsAtError: Bool, site: UInt32
    ) async throws
  {
    try await Gathering(loop, of: members, endsAtError: endsAtError, name: "gather", site: site)
      .run()
  }
}
