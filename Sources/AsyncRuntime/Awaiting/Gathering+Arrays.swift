import AsyncTopBus

/// Waits for awaitables at once, and gives their values in order.
///
/// - Parameters:
///   - awaitables: Tasks, futures or coroutines; see `gather(_:fileID:line:)` of several.
///   - fileID: The file that asynctop shows; leave it out.
///   - line: The line that asynctop shows; leave it out.
/// - Returns: Their values; of none, none.
/// - Throws: The first error; `CancelledError`. `AwaitError` if one can't be awaited here.
@discardableResult
public nonisolated(nonsending) func gather<A: Awaitable>(
  _ awaitables: [A], fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> [A.Value] {
  let loop = EventLoop.own(for: "gather", in: #isolation, fileID, line)
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
/// - Parameters:
///   - awaitables: Tasks, futures and coroutines; see `gather(_:fileID:line:)` of several.
///   - fileID: The file that asynctop shows; leave it out.
///   - line: The line that asynctop shows; leave it out.
/// - Returns: Their values; of none, none.
/// - Throws: The first error; `CancelledError`. `AwaitError` if one can't be awaited here.
@discardableResult
public nonisolated(nonsending) func gather<Value: Sendable>(
  _ awaitables: [any Awaitable<Value>], fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> [Value] {
  let loop = EventLoop.own(for: "gather", in: #isolation, fileID, line)
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
/// - Parameters:
///   - awaitables: Tasks, futures or coroutines; see `gatherResults(_:fileID:line:)` of several.
///   - fileID: The file that asynctop shows; leave it out.
///   - line: The line that asynctop shows; leave it out.
/// - Returns: Their outcomes; of none, none.
/// - Throws: `CancelledError` if the waiting task was cancelled. `AwaitError` if one can't be
///   awaited here.
@discardableResult
public nonisolated(nonsending) func gatherResults<A: Awaitable>(
  _ awaitables: [A], fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> [Result<A.Value, any Error>] {
  let loop = EventLoop.own(for: "gather", in: #isolation, fileID, line)
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
/// - Parameters:
///   - awaitables: Tasks, futures and coroutines; see `gatherResults(_:fileID:line:)` of several.
///   - fileID: The file that asynctop shows; leave it out.
///   - line: The line that asynctop shows; leave it out.
/// - Returns: Their outcomes; of none, none.
/// - Throws: `CancelledError` if the waiting task was cancelled. `AwaitError` if one can't be
///   awaited here.
@discardableResult
public nonisolated(nonsending) func gatherResults<Value: Sendable>(
  _ awaitables: [any Awaitable<Value>], fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> [Result<Value, any Error>] {
  let loop = EventLoop.own(for: "gather", in: #isolation, fileID, line)
  guard loop.isHome(#isolation) else {
    return try await loop.atHome { try await gatherResults(awaitables, fileID: fileID, line: line) }
  }
  try await Gathering.run(
    awaitables.map { $0.scheduled(isolation: #isolation) }, on: loop, endsAtError: false,
    site: Probe.site(fileID, line))
  return awaitables.map { awaitable in Result { try awaitable.result() } }
}

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
