import AsyncTopBus

/// What `shield` waits for: one task or future, which is not cancelled with the waiter.
///
/// Sendable as its base class is; what it adds belongs to the loop's thread.
final class Shield: Assembly, @unchecked Sendable {
  private var isAbandoned = false

  init(_ loop: EventLoop, around inner: any Waitable, site: UInt32) {
    super.init(loop, of: [inner], name: "shield", site: site)
  }

  override func memberEnded(_ member: any Waitable) {
    guard isAbandoned else { return finish() }
    // Nobody waits for it any more who would hear of it.
    guard let error = try? member.error() else { return }
    // Once, however many shields there were.
    if let member = member as? any Shielded {
      if member.wasReported { return }
      member.wasReported = true
    }
    loop.report(
      ExceptionContext(
        message: "What was shielded failed after its waiter was cancelled.", error: error,
        task: member as? AnyAsyncTask, future: member is AnyAsyncTask ? nil : member))
  }

  override func waiterCancelled(_ waiter: Waiter) -> Bool {
    isAbandoned = true
    return false
  }
}

/// What remembers that a shield has reported its error.
protocol Shielded: AnyObject {
  var wasReported: Bool { get set }
}

extension AnyAsyncTask: Shielded {}
extension Future: Shielded {}

/// Waits for something without cancelling it when the waiting task is cancelled.
///
/// That task then gets its `CancellationError` at once, while what it waited for goes on, and if
/// that fails the exception handler is told, once. If it is cancelled itself, the waiting task gets
/// that error. To have it as a future, for asyncio's `shield` returns one, write
/// `coroutine { try await shield(…) }`.
///
/// - Parameter awaitable: A task or future, or a coroutine, which becomes a task.
/// - Returns: Its value.
/// - Throws: What it throws; `CancellationError`. `AwaitError` if it can't be awaited here.
public nonisolated(nonsending) func shield<A: Awaitable>(
  _ awaitable: A, fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> A.Value {
  let loop = try EventLoop.needed(for: "shield", in: #isolation)
  guard loop.isHome(#isolation) else {
    return try await loop.atHome {
      try await AsyncRuntime.shield(awaitable, fileID: fileID, line: line)
    }
  }
  let inner = awaitable.scheduled(isolation: #isolation)
  let shield = Shield(loop, around: inner, site: Probe.site(fileID, line))
  try shield.begin()
  try await shield.wait()
  return try awaitable.result()
}

/// Not there: a call begins at once, and so does a body.
///
/// - Parameter value: Give a task, a future or `coroutine { … }`.
/// - Returns: Nothing.
/// - Throws: Nothing.
@available(
  *, unavailable, message: "shield takes a task, a future or coroutine { … }, which has not begun"
)
@_disfavoredOverload
public func shield<Value>(_ value: Value) async throws -> Value { value }
