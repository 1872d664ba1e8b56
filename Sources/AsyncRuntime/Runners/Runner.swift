import Instrumentation
import LinuxSystem

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
  /// The loop that it runs.
  public let loop: EventLoop
  /// Whether it was closed.
  public private(set) var isClosed = false
  /// How long `close` waits for functions that the loop's default executor still runs.
  public var executorLimit = Duration.seconds(300)

  /// Makes a runner and its loop.
  ///
  /// - Parameter name: What people call the loop.
  /// - Throws: `RunnerError.noLoop`, `.alreadyRunning`.
  public init(name: String = "loop") throws(RunnerError) {
    guard EventLoop.running == nil else { throw .alreadyRunning }
    do throws(Errno) {
      if ThreadIdentity.isMain, MainLoop.isInstalled {
        loop = try MainLoop.loop()
        loop.reopen()
      } else {
        loop = try LoopExecutor(name: name)
      }
    } catch {
      throw .noLoop("\(error)")
    }
  }

  /// Runs a main task until it ends.
  ///
  /// May be called again.
  ///
  /// On the main thread, SIGINT cancels the task, and a second one ends the process, unless the
  /// program has a handler of its own; afterwards the system's default is restored.
  ///
  /// - Parameters:
  ///   - name: What people call the task.
  ///   - fileID: The file that asynctop shows; leave it out.
  ///   - line: The line that asynctop shows; leave it out.
  ///   - function: The function that asynctop shows; leave it out.
  ///   - main: What the task does.
  /// - Returns: What the task returns.
  /// - Throws: What the task throws; `RunnerError`.
  @discardableResult
  public func run<Value: Sendable>(
    name: String = "main", fileID: StaticString = #fileID, line: UInt32 = #line,
    function: StaticString = #function,
    _ main: sending @escaping @isolated(any) () async throws -> Value
  ) throws -> Value {
    guard !isClosed else { throw RunnerError.closed }
    guard EventLoop.running == nil else { throw RunnerError.alreadyRunning }
    let task = loop.create(
      name: name, group: nil, site: Probe.site(fileID, line, function), isolation: nil, main)
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
    guard task.isDone else {
      task.cancel()
      throw RunnerError.stopped
    }
    if wasInterrupted && task.isCancelled && task.uncancel() == 0 { throw RunnerError.interrupted }
    return try task.result()
  }

  /// Ends what is left, in this order: cancels all tasks and waits for them, tells the exception
  /// handler of their errors, shuts the default executor down and waits for its threads, but not
  /// longer than `executorLimit`, drops callbacks and timers, and closes the loop.
  ///
  /// Again, it does nothing.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    loop.shutDown(executorLimit: executorLimit)
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
///   - fileID: The file that asynctop shows; leave it out.
///   - line: The line that asynctop shows; leave it out.
///   - function: The function that asynctop shows; leave it out.
///   - main: What the program does, isolated to the main actor.
/// - Returns: What it returns.
/// - Throws: What it throws; `RunnerError`.
@discardableResult
public func run<Value: Sendable>(
  fileID: StaticString = #fileID, line: UInt32 = #line, function: StaticString = #function,
  _ main: @escaping @MainActor () async throws -> Value
) throws -> Value {
  let runner = try Runner(name: "main")
  guard runner.loop.runsMainActor else { throw RunnerError.notProcessWide }
  defer { runner.close() }
  return try runner.run(fileID: fileID, line: line, function: function, main)
}
