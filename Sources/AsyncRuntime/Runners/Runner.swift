import AsyncTopBus
import AsyncTopLinux

/// Runs main tasks on an event loop, one after the other, and cleans up when it is closed.
///
/// The first runner on the main thread makes its loop the executor of the main actor and of
/// everything that asks for no other, if the process has not run a task yet: then `Task {}`,
/// `withTaskGroup`, `async let`, `Task.sleep` and `@MainActor` all run on it, and nothing needs a
/// second thread. A runner on another thread, or one that comes too late for that (in a test
/// process, in a program with an asynchronous `main`), has a loop of its own, for its own tasks
/// only: they and their children prefer it, but the main actor and detached tasks run elsewhere. So
/// does what is isolated to the main actor.
///
/// A runner belongs to the thread that made it.
public final class Runner {
  /// Where it is in its life.
  public private(set) var state = State.created
  /// How long `close` waits for functions that the loop's default executor still runs.
  public var executorLimit = Duration.seconds(300)

  private let isDebugging: Bool?
  private let makeLoop: () throws -> EventLoop
  private var madeLoop: EventLoop?
  // Of the main tasks, one after the other.
  private var context = copyContext()

  /// Where a runner is in its life.
  public enum State: Sendable {
    /// It has no loop yet.
    case created
    /// It has its loop.
    case initialized
    /// It was closed.
    case closed
  }

  /// Makes a runner, which makes its loop when it is first asked for it or run.
  ///
  /// - Parameters:
  ///   - name: What people call the loop.
  ///   - debug: Whether the loop is in debug mode; nil leaves it as it is.
  ///   - makeLoop: Makes the loop, once, on this thread; without it, the runner does.
  /// - Throws: `RunnerError.alreadyRunning`.
  public init(
    name: String = "loop", debug: Bool? = nil, makeLoop: (() throws -> EventLoop)? = nil
  ) throws(RunnerError) {
    guard EventLoop.running == nil else { throw .alreadyRunning }
    isDebugging = debug
    self.makeLoop = makeLoop ?? { try EventLoop.forRunner(name: name) }
  }

  /// The loop that it runs, made with the first look.
  ///
  /// - Throws: `RunnerError.closed`; `.noLoop` if none could be made.
  public var loop: EventLoop {
    get throws(RunnerError) {
      if let madeLoop { return madeLoop }
      guard state == .created else { throw .closed }
      do {
        let loop = try makeLoop()
        loop.isDebugging = isDebugging ?? loop.isDebugging
        madeLoop = loop
        state = .initialized
        return loop
      } catch let error as RunnerError {
        throw error
      } catch {
        throw .noLoop("\(error)")
      }
    }
  }

  /// Runs a main task until it ends.
  ///
  /// May be called again. What the task sets of context variables is seen by the next one; the
  /// first sees what was set where the runner was made.
  ///
  /// On the main thread, SIGINT cancels the task, and a second one ends the process, unless the
  /// program has a handler of its own; afterwards the system's default is restored.
  ///
  /// - Parameters:
  ///   - name: What people call the task.
  ///   - main: What the task does.
  /// - Returns: What the task returns.
  /// - Throws: What the task throws; `RunnerError`. The first `StopError` of any task or callback.
  @available(*, noasync, message: "run(_:) blocks its thread; in a task, createTask { … }")
  @discardableResult
  public func run<Value: Sendable>(
    name: String = "main", fileID: StaticString = #fileID, line: UInt32 = #line,
    function: StaticString = #function,
    @_inheritActorContext _ main: sending @escaping @isolated(any) () async throws -> Value
  ) throws -> Value {
    var values = context
    defer { context = values }
    return try run(in: &values, name: name, at: Probe.site(fileID, line, function), main)
  }

  /// Runs a main task until it ends, in a context of its own, as with asyncio's `context`.
  ///
  /// - Parameters:
  ///   - context: The values of the context variables that the task begins with, and then those
  ///     that it ends with. Those of the runner's other main tasks stay as they are.
  ///   - name: What people call the task.
  ///   - main: What the task does.
  /// - Returns: What the task returns.
  /// - Throws: What the task throws; `RunnerError`. The first `StopError` of any task or callback.
  @available(*, noasync, message: "run(_:) blocks its thread; in a task, createTask { … }")
  @discardableResult
  public func run<Value: Sendable>(
    context: inout Context, name: String = "main", fileID: StaticString = #fileID,
    line: UInt32 = #line, function: StaticString = #function,
    @_inheritActorContext _ main: sending @escaping @isolated(any) () async throws -> Value
  ) throws -> Value {
    try run(in: &context, name: name, at: Probe.site(fileID, line, function), main)
  }

  private func run<Value: Sendable>(
    in context: inout Context, name: String, at site: UInt32,
    _ main: sending @escaping @isolated(any) () async throws -> Value
  ) throws -> Value {
    guard EventLoop.running == nil else { throw RunnerError.alreadyRunning }
    let loop = try self.loop
    let task = loop.create(name: name, group: nil, site: site, isolation: nil, main)
    task.context = context
    defer { context = task.context }
    if !context.isEmpty { loop.usesContexts = true }
    let isWatching = ThreadIdentity.isMain && InterruptSignal.watch(loop.inbox.counter)
    var wasInterrupted = false
    loop.run {
      if isWatching && !wasInterrupted && InterruptSignal.came {
        wasInterrupted = true
        task.cancel(message: "interrupted")
      }
      return task.isDone
    }
    if isWatching { InterruptSignal.unwatch() }
    if let error = loop.takeStopError() {
      task.wasLookedAt = true
      throw error
    }
    guard task.isDone else {
      task.cancel()
      throw RunnerError.stopped
    }
    if wasInterrupted && task.isCancelled && task.uncancel() == 0 { throw RunnerError.interrupted }
    return try task.result()
  }

  /// Runs until a task, a future of the runner's loop, or a coroutine has ended, in a main task
  /// that waits for it.
  ///
  /// - Parameter awaitable: What is waited for.
  /// - Returns: What it gives.
  /// - Throws: What it throws; `RunnerError`. The first `StopError` of any task or callback.
  @available(*, noasync, message: "run(_:) blocks its thread; in a task, createTask { … }")
  @discardableResult
  public func run<A: Awaitable>(
    _ awaitable: A, fileID: StaticString = #fileID, line: UInt32 = #line,
    function: StaticString = #function
  ) throws -> A.Value {
    try run(fileID: fileID, line: line, function: function) {
      try await awaitable.value(fileID: fileID, line: line)
    }
  }

  /// Ends what is left, in this order: cancels all tasks and waits for them, tells the exception
  /// handler of their errors, shuts the default executor down and waits for its threads, but not
  /// longer than `executorLimit`, drops callbacks and timers, and closes the loop.
  ///
  /// Again, it does nothing. Asynchronous sequences need no end of their own, as asyncio's
  /// generators do: Swift ends them with the tasks that iterate over them.
  public func close() {
    state = .closed
    madeLoop?.shutDown(executorLimit: executorLimit)
    madeLoop = nil
  }

  deinit {
    close()
  }
}

/// Runs a program's main task on the main thread's event loop, and cleans up after it.
///
/// To be called once, from a synchronous `main()`, before anything makes a task:
///
///     @main struct Program {
///       static func main() throws {
///         try run {
///           try await sleep(.seconds(1))
///         }
///       }
///     }
///
/// - Parameters:
///   - debug: Whether the loop is in debug mode; nil leaves that to the environment.
///   - main: What the program does, isolated to the main actor.
/// - Returns: What it returns.
/// - Throws: What it throws; `RunnerError`.
@available(
  *, noasync, message: "run(_:) has the thread to itself: make main() synchronous, not async"
)
@discardableResult
public func run<Value: Sendable>(
  debug: Bool? = nil, fileID: StaticString = #fileID, line: UInt32 = #line,
  function: StaticString = #function,
  _ main: @escaping @MainActor () async throws -> Value
) throws -> Value {
  let runner = try Runner(name: "main", debug: debug)
  defer { runner.close() }
  guard try runner.loop.runsMainActor else { throw RunnerError.notProcessWide }
  return try runner.run(fileID: fileID, line: line, function: function, main)
}

/// Makes an event loop for this thread, which runs nothing yet: for a `Runner`, or to be driven by
/// hand.
///
/// It is not the loop of the main actor, on the main thread either.
///
/// - Parameter name: What people call it.
/// - Returns: The loop, to be closed after use.
/// - Throws: `RunnerError.noLoop`.
public func newEventLoop(name: String = "loop") throws(RunnerError) -> EventLoop {
  do throws(Errno) {
    return try LoopExecutor(name: name)
  } catch {
    throw .noLoop("\(error)")
  }
}

extension EventLoop {
  /// The loop of a runner that is given none: the main thread's, if that is free and we are there.
  static func forRunner(name: String) throws(RunnerError) -> EventLoop {
    guard ThreadIdentity.isMain, MainLoop.isInstalled, let loop = try? MainLoop.loop(),
      loop.isClosed
    else { return try newEventLoop(name: name) }
    loop.reopen()
    return loop
  }
}

/// A runner can't do what it was asked.
@nonexhaustive
public enum RunnerError: Error, CustomStringConvertible {
  /// It was closed.
  case closed
  /// A loop runs on this thread already.
  case alreadyRunning
  /// `run` needs the main thread, and to be called before the process's first task.
  case notProcessWide
  /// SIGINT came, and the main task ended because of it.
  case interrupted
  /// The loop was stopped before the main task ended.
  case stopped
  /// The kernel gave no descriptors for the loop.
  case noLoop(String)

  /// For people.
  public var description: String {
    switch self {
    case .closed: "the runner is closed"
    case .alreadyRunning: "an event loop runs on this thread already"
    case .notProcessWide:
      "run(_:) must be called on the main thread, before the first task, from a synchronous main()"
    case .interrupted: "interrupted"
    case .stopped: "the event loop was stopped before the main task ended"
    case .noLoop(let reason): "no event loop could be made: \(reason)"
    }
  }
}
