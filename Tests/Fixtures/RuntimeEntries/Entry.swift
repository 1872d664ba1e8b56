import AsyncRuntime

/// What the runtime offers to be awaited, as an actor awaits it that may be on another thread than
/// the loop.
public struct Entry: Sendable, CustomStringConvertible {
  /// What is awaited.
  public let description: String
  private let use: @Sendable (any Actor) async throws -> Void

  /// Something has not given what it should.
  public struct Wrong: Error {
    let what: String
  }

  init(_ description: String, _ use: @escaping @Sendable (any Actor) async throws -> Void) {
    self.description = description
    self.use = use
  }

  /// All of them, those of the network in the end.
  public static let all = tasks + primitives + others + streams + sockets + servers + transports

  /// Uses it, in a task of the loop's, from an actor.
  ///
  /// Without a limit where time is virtual and does not wait for the network.
  public func callAsFunction(
    from actor: any Actor, within limit: Duration? = .seconds(60)
  ) async throws {
    try await withTimeout(limit) { try await use(actor) }
  }
}

/// Runs a body in an actor, and sees to it that it is still there in the end.
func inside<Result: Sendable>(
  _ actor: isolated any Actor,
  _ body: @Sendable (isolated any Actor) async throws -> Result
) async throws -> Result {
  let result = try await body(actor)
  actor.preconditionIsolated("an await has left the actor")
  return result
}

/// Does something on the loop, a few iterations later.
func later(_ body: @escaping @Sendable () async throws -> Void) {
  createTask {
    for _ in 0..<3 { try await sleep(.zero) }
    try await body()
  }
}

func check(_ condition: Bool, _ what: String) throws {
  if !condition { throw Entry.Wrong(what: what) }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
