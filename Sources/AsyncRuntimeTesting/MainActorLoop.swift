import AsyncRuntime
import AsyncTopLinux

/// An event loop in virtual time that is the main actor's, while one test after the other has it.
enum MainActorLoop {
  private static let turns = Lock(name: "virtual time of the main actor")

  static func run<Value: Sendable>(
    seed: Seed?, patience: Duration,
    _ source: (fileID: StaticString, line: UInt32, function: StaticString),
    _ body: @escaping @MainActor () async throws -> Value
  ) async throws -> Value {
    // Tells the main actor, which is busy, that the caller was cancelled.
    let caller = ThreadFuture<Void>()
    return try await withTaskCancellationHandler {
      try await turns.withLock {
        try await MainActor.run {
          try live(Simulation(seed: seed?.value, patience: patience), caller, source, body)
        }
      }
    } onCancel: {
      caller.cancel()
    }
  }

  @MainActor
  private static func live<Value: Sendable>(
    _ simulation: Simulation, _ caller: ThreadFuture<Void>,
    _ source: (fileID: StaticString, line: UInt32, function: StaticString),
    _ body: @escaping @MainActor () async throws -> Value
  ) throws -> Value {
    guard EventLoop.running == nil else { throw RunnerError.alreadyRunning }
    let loop: EventLoop
    do throws(Errno) {
      loop = try .simulated(by: simulation, name: "test")
    } catch {
      throw RunnerError.noLoop("\(error)")
    }
    loop.borrowMainActor()
    defer { loop.returnMainActor() }
    simulation.hasBegun = true
    let task = loop.startInMainActor(
      fileID: source.fileID, line: source.line, function: source.function, body)
    task.addDoneCallback { _ in simulation.isOver = true }
    caller.addDoneCallback { _ in loop.callSoonThreadsafe { task.cancel() } }
    TestLoop.runToItsEnd(loop, simulation)
    defer { loop.endSimulation() }
    do {
      return try task.result()
    } catch {
      throw simulation.stallReport.map { Stalled(report: $0) } ?? error
    }
  }
}

/// Runs a test of main-actor code on an event loop in which waiting takes no time.
///
/// As `withVirtualTime` without an actor, but its loop is the main actor's: what is isolated to the
/// main actor runs on it, with the virtual clock, so that programs written for `run(_:)` can be
/// tested as they are.
///
///     @Test @MainActor func `the cache forgets after an hour`() async throws {
///       try await withVirtualTime(on: MainActor.self) {
///         let cache = Cache(lifetime: .seconds(3600))
///         …
///       }
///     }
///
/// There is one main actor, so of several tests that call this at once one runs after the other,
/// and main-actor code of other tests runs on the same loop meanwhile.
///
/// - Parameters:
///   - actor: `MainActor.self`.
///   - seed: Runs the tasks that are ready in an order that follows from it; nil for the order in
///     which they became ready. See `forEachSeed`.
///   - patience: The real time that the loop waits while nothing is ready and only another thread
///     or the kernel could change that.
///   - body: The test: a task of the runtime's, named `main`. It is cancelled when the task that
///     called is. What it leaves behind is cancelled when it ends.
/// - Returns: What the body returns.
/// - Throws: What the body throws; `Stalled`; `RunnerError.noLoop`, and `.alreadyRunning` where a
///   loop runs the main actor.
@discardableResult
public func withVirtualTime<Value: Sendable>(
  on actor: MainActor.Type, seed: Seed? = nil, patience: Duration = .seconds(60),
  fileID: StaticString = #fileID, line: UInt32 = #line, function: StaticString = #function,
  _ body: @escaping @MainActor () async throws -> Value
) async throws -> Value {
  try await MainActorLoop.run(seed: seed, patience: patience, (fileID, line, function), body)
}
