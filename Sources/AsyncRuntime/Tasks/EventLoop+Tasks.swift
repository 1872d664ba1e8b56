import AsyncTopBus

extension EventLoop {
  /// The task of ours that runs now; nil in callbacks and in native tasks.
  var current: AnyAsyncTask? {
    guard let native = unsafe NativeTask.current else { return nil }
    return unsafe natives.task(at: native)
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

  func numberOfNextTask() -> UInt64 {
    tasksCreated += 1
    return tasksCreated
  }

  func add(_ task: AnyAsyncTask, on native: UnsafeRawPointer) {
    unsafe task.nativeAddress = native
    task.nativeID = unsafe NativeTask.id(of: native)
    let added = unsafe Unmanaged.passUnretained(task)
    unsafe task.nextInLoop = newestTask
    unsafe newestTask?._withUnsafeGuaranteedRef { unsafe $0.previousInLoop = added }
    unsafe newestTask = added
    unsafe natives.insert(task, at: native)
    taskCount += 1
  }

  func remove(_ task: AnyAsyncTask) {
    let (next, previous) = unsafe (task.nextInLoop, task.previousInLoop)
    if let previous = unsafe previous {
      unsafe previous._withUnsafeGuaranteedRef { unsafe $0.nextInLoop = next }
    } else {
      unsafe newestTask = next
    }
    unsafe next?._withUnsafeGuaranteedRef { unsafe $0.previousInLoop = previous }
    unsafe task.nextInLoop = nil
    unsafe task.previousInLoop = nil
    if let address = unsafe task.nativeAddress { unsafe natives.remove(at: address) }
    unsafe task.nativeAddress = nil
    taskCount -= 1
  }

  /// The tasks that have not ended, oldest first.
  var tasks: [AnyAsyncTask] {
    var tasks: [AnyAsyncTask] = []
    tasks.reserveCapacity(taskCount)
    var next = unsafe newestTask
    while let task = unsafe next?.takeUnretainedValue() {
      tasks.append(task)
      unsafe next = task.nextInLoop
    }
    tasks.reverse()
    return tasks
  }

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
