import AsyncRuntime
import AsyncTopLinux

/// What a piece of code left behind on its event loop.
public struct Leaks: Error, CustomStringConvertible {
  /// Each in words: what it is, its name, where it was created, and what it waits for.
  public let items: [String]

  /// For people.
  public var description: String {
    "\(items.count) left behind:" + items.map { "\n- \($0)" }.joined()
  }

  // Iterations given to what is ready, so that what is about to end does.
  static let grace = 100
}

/// What is on a loop at one moment.
private struct Holdings {
  let tasks: [AnyAsyncTask]
  let timers: [TimerHandle]
  let callbacks: [Handle]

  init(_ loop: EventLoop) {
    tasks = loop.unendedTasks
    timers = loop.pendingTimers
    callbacks = loop.readyCallbacks
  }

  func beyond(_ earlier: Holdings) -> [String] {
    tasks.filter { task in !earlier.tasks.contains { $0 === task } }.map(Self.words)
      + timers.filter { timer in !earlier.timers.contains { $0 === timer } }.map(Self.words)
      + callbacks.filter { handle in !earlier.callbacks.contains { $0 === handle } }
      .map { _ in "a callback that is due: perhaps one that calls itself again and again" }
  }

  private static func words(_ task: AnyAsyncTask) -> String {
    "task \(TaskSighting(task))" + (task.cancelling > 0 ? "; it was asked to end" : "")
  }

  private static func words(_ timer: TimerHandle) -> String {
    let place = timer.place.map { " armed at \($0)" } ?? ""
    return "timer\(place), due in \(timer.when - timer.loopTime)"
  }
}

/// Runs a body and fails if it leaves anything behind on the event loop: tasks, timers, callbacks.
///
/// What was there before does not count, nor what ends within some iterations of the loop without
/// waiting for anything, as cancelled tasks do. What only Swift knows, such as a native task that
/// is suspended, is not found. Must run in a task of the runtime's, in real or in virtual time.
///
/// - Parameter body: What should clean up after itself.
/// - Returns: What the body returns.
/// - Throws: `Leaks`; what the body throws, without looking at what it left.
@discardableResult
public func assertNoLeakedTasks<Result>(
  fileID: StaticString = #fileID, line: UInt32 = #line,
  isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
) async throws -> Result {
  guard let loop = EventLoop.running, currentTask() != nil else {
    programmerError(
      "assertNoLeakedTasks must run in a task of the runtime's", fileID: fileID, line: line)
  }
  let before = Holdings(loop)
  let result = try await body()
  var iterations = 0
  while loop.hasReady && iterations < Leaks.grace {
    try await sleep(.zero)
    iterations += 1
  }
  let leaks = Holdings(loop).beyond(before)
  guard leaks.isEmpty else { throw Leaks(items: leaks) }
  return result
}
