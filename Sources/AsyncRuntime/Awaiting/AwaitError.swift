/// Something was awaited where or how that can't work.
@nonexhaustive
public enum AwaitError: Error, CustomStringConvertible {
  /// A task waits for itself.
  case itself
  /// A task or future is awaited that belongs to another loop than the one on this thread.
  case otherLoop
  /// No event loop runs here, nor is what asks a task of one.
  case noLoop(String)
  /// Only a task of the runtime's can do this: not a callback, nor one of Swift's native tasks.
  case noTask(String)
  /// A coroutine runs once, and this one was awaited before, or closed.
  case coroutineReused

  /// For people.
  public var description: String {
    switch self {
    case .itself: "a task can't wait for itself"
    case .otherLoop:
      "a task or future is awaited on its own loop; from elsewhere, see runCoroutineThreadsafe"
    case .noLoop(let call): "\(call) needs a running event loop; see run(_:) and Runner.run(_:)"
    case .noTask(let call): "\(call) must run in a task of the runtime's; see createTask"
    case .coroutineReused: "a coroutine runs once, and this one was awaited before or closed"
    }
  }
}
