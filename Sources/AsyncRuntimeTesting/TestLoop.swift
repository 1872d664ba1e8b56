import AsyncRuntime
import AsyncTopLinux

/// An event loop in virtual time, on a thread of its own.
///
/// Sendable: the loop is only used on that thread, where `live` runs it and the caller's task comes
/// to.
struct TestLoop: Sendable {
  private let loop: EventLoop
  private let thread: BackgroundThread

  init(seed: Seed?, patience: Duration) async throws {
    var thread: BackgroundThread?
    loop = try await withCheckedThrowingContinuation { continuation in
      do throws(Errno) {
        thread = try BackgroundThread(name: "test loop") {
          Self.live(Simulation(seed: seed?.value, patience: patience), continuation)
        }
      } catch {
        continuation.resume(throwing: RunnerError.noLoop("\(error)"))
      }
    }
    guard let thread else { throw RunnerError.noLoop("there is no thread") }
    self.thread = thread
  }

  // The caller's task itself comes to the loop, and creates the main task there: so that has the
  // caller's task locals, by which a testing library knows which test fails, and is cancelled with
  // the caller.
  func run<Value: Sendable>(
    _ source: (fileID: StaticString, line: UInt32, function: StaticString),
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    defer { thread.join() }
    return try await withTaskExecutorPreference(loop.taskExecutor) {
      loop.ofTest?.hasBegun = true
      defer { loop.ofTest?.isOver = true }
      do {
        return try await createTask(
          name: "main", fileID: source.fileID, line: source.line, function: source.function, body
        ).value
      } catch {
        throw loop.ofTest?.stallReport.map { Stalled(report: $0) } ?? error
      }
    }
  }

  private static func live(
    _ simulation: Simulation, _ handOver: CheckedContinuation<EventLoop, any Error>
  ) {
    let loop: EventLoop
    do throws(Errno) {
      loop = try .simulated(by: simulation, name: "test")
    } catch {
      return handOver.resume(throwing: RunnerError.noLoop("\(error)"))
    }
    handOver.resume(returning: loop)
    runToItsEnd(loop, simulation)
    loop.endSimulation()
  }

  /// Runs until what was to be run is over, or has stalled and is cancelled for that.
  static func runToItsEnd(_ loop: EventLoop, _ simulation: Simulation) {
    if loop.runSimulation() { return }
    let report = Stalled.report(of: loop)
    simulation.stallReport = report
    loop.cancelTasks()
    if !loop.runSimulation() { programmerError("cancelled, and still: \(report)") }
  }
}

/// Runs a test on an event loop of its own in which waiting takes no time.
///
/// The loop's clock stands still while anything runs. When everything on the loop waits, it jumps
/// to the next deadline. So a test of an hour takes no time, nothing in it depends on how busy the
/// machine is, and every run has the same order. The clock starts at zero, and is what `sleep`,
/// `withTimeout`, `callLater`, `EventLoop.time` and, in tasks on the loop, Swift's `Task.sleep` go
/// by. Each call has a thread of its own, so that tests can run in parallel.
///
///     @Test func `gives up after a minute`() async throws {
///       try await withVirtualTime {
///         await #expect(throws: TimeoutError()) { try await fetch(from: deadServer) }
///       }
///     }
///
/// Not virtual are other threads and the kernel: `ContinuousClock.now`, a native task that left the
/// loop for another executor, a file, a socket, a process. The loop looks whether they are ready
/// before it jumps, which is enough for both ends of a connection on one loop; but it does not wait
/// for them, so a timeout around something slow outside fires at once. Test that in real time. It
/// does wait, as long as `patience` says, while functions given to `toThread` and `runInExecutor`
/// run, and when there is no timer to go on to.
///
/// - Parameters:
///   - seed: Runs the tasks that are ready in an order that follows from it; nil for the order in
///     which they became ready. See `forEachSeed`.
///   - patience: The real time that the loop waits while nothing is ready and only another thread
///     or the kernel could change that.
///   - body: The test: a task of the runtime's, named `main`. It is cancelled when the task that
///     called is. What it leaves behind is cancelled when it ends.
/// - Returns: What the body returns.
/// - Throws: What the body throws; `Stalled`; `RunnerError.noLoop`.
@discardableResult
public func withVirtualTime<Value: Sendable>(
  seed: Seed? = nil, patience: Duration = .seconds(60), fileID: StaticString = #fileID,
  line: UInt32 = #line, function: StaticString = #function,
  _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await TestLoop(seed: seed, patience: patience).run((fileID, line, function), body)
}

/// Lets virtual time pass at once, as if the code that calls had been busy for so long.
///
/// What comes due meanwhile runs later, as when a loop was blocked. Only in `withVirtualTime`.
///
/// - Parameter duration: How long.
public func advanceTime(
  by duration: Duration, fileID: StaticString = #fileID, line: UInt32 = #line
) {
  guard let simulation = EventLoop.running?.ofTest else {
    programmerError("advanceTime works only in withVirtualTime", fileID: fileID, line: line)
  }
  simulation.advance(by: duration)
}
