import AsyncTopBus

/// Waits for awaitables at once, and gives their values in order.
///
/// - Parameter awaitables: Tasks, futures or coroutines; see `gather(_:fileID:line:)` of several.
/// - Returns: Their values; of none, none.
/// - Throws: The first error; `CancellationError`. `AwaitError` if one can't be awaited here.
@discardableResult
public nonisolated(nonsending) func gather<A: Awaitable>(
  _ awaitables: [A], fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> [A.Value] {
  let loop = try EventLoop.needed(for: "gather", in: #isolation)
  guard loop.isHome(#isolation) else {
    return try await loop.atHome { try await gather(awaitables, fileID: fileID, line: line) }
  }
  try await Gathering.run(
    awaitables.map { $0.scheduled(isolation: #isolation) }, on: loop, endsAtError: true,
    site: Probe.site(fileID, line))
  return try awaitables.map { try $0.result() }
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
  let loop = try EventLoop.needed(for: "gather", in: #isolation)
  guard loop.isHome(#isolation) else {
    return try await loop.atHome { try await gatherResults(awaitables, fileID: fileID, line: line) }
  }
  try await Gathering.run(
    awaitables.map { $0.scheduled(isolation: #isolation) }, on: loop, endsAtError: false,
    site: Probe.site(fileID, line))
  return awaitables.map { awaitable in Result { try awaitable.result() } }
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
