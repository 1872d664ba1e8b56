import AsyncTopLinux

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
