import AsyncTopBus

extension EventLoop {
  /// The task of ours that runs now; nil in callbacks and in native tasks.
  var current: AnyAsyncTask? {
    guard let native = unsafe NativeTask.current else { return nil }
    return unsafe registry.task(at: native)
  }

  /// Who waits in a place of the loop's, if the running task is about to: itself, or a stand-in for
  /// a native task.
  func waiter() -> Waiter {
    if !isRunningHere { refuseOtherLoop() }
    return current ?? StandIn(on: self)
  }

  @inline(never)
  private func refuseOtherLoop() -> Never {
    checkThread()
    Self.refuse(
      "something of the event loop “\(name)” is awaited while that does not run, by a task of"
        + " another loop")
  }

  /// The tasks that have not ended, oldest first.
  var tasks: [AnyAsyncTask] { registry.tasks }

  /// Tells the exception handler of an error nobody has asked for; from any thread.
  nonisolated func reportUnseen(
    _ error: any Error, of message: String, task: AnyAsyncTask? = nil
  ) {
    let context = ExceptionContext(message: message, error: error, task: task)
    if isOnThread {
      report(context)
    } else {
      callSoonThreadsafe { [self] in report(context) }
    }
  }
}

/// The runtime's task that runs now.
///
/// It is found also where the task runs in an actor on another thread than its loop's.
///
/// - Returns: Nil in callbacks of the loop, in native tasks, also those that a task of the
///   runtime's has made, and where no loop runs: it may be asked anywhere.
public func currentTask() -> AnyAsyncTask? {
  EventLoop.withRunning { $0.current } ?? EventLoop.taskElsewhere
}

/// The runtime's tasks that have not ended on the loop of this thread, oldest first.
///
/// - Returns: None where no loop runs: it may be asked anywhere.
public func allTasks() -> [AnyAsyncTask] {
  EventLoop.running?.tasks ?? []
}
