extension EventLoop {
  /// Closes the loop: it drops callbacks and timers, ends connections at once, and runs nothing any
  /// more.
  ///
  /// Again, it does nothing. The loop must not run. Its default executor is shut down, and nobody
  /// waits for the threads. Nobody cancels tasks that have not ended: they stay where they are, and
  /// the exception handler is told; a `Runner` ends them first.
  public func close() {
    checkThread()
    guard !isClosed else { return }
    if isRunning { Self.refuse("the event loop “\(name)” is closed while it runs") }
    reportPendingTasks()
    defaultExecutor?.shutDown(wait: false)
    defaultExecutor = nil
    resolver?.shutDown(wait: false)
    resolver = nil
    for owner in descriptors.owners { owner.abandon() }
    isClosed = true
    hasRunner = false
    inbox.close()
    dropAll()
    givenExceptionHandler = nil
  }

  /// For the next runner of the main thread.
  func reopen() {
    isClosed = false
    isDebugging = Self.isDebuggingByDefault
    inbox.open()
  }

  /// Ends what is left, and closes the loop.
  func shutDown(executorLimit: Duration?) {
    guard !isClosed else { return }
    cancelAllTasks()
    if let defaultExecutor {
      let ended = endDefaultExecutor(defaultExecutor, timeout: executorLimit)
      run { ended.isDone }
      self.defaultExecutor = nil
      // Those that its functions have created since.
      cancelAllTasks()
    }
    close()
  }

  private func cancelAllTasks() {
    let left = tasks
    guard !left.isEmpty else { return }
    for task in left { task.cancel() }
    var ended = 0
    while ended < left.count {
      // Again, if one of them stops the loop.
      run {
        while ended < left.count, left[ended].isDone { ended += 1 }
        return ended == left.count
      }
    }
    if let error = takeStopError() {
      report(
        ExceptionContext(message: "A task failed while the runner shut down.", error: error))
    }
    for task in left {
      guard task.state == .threw, let error = task.unseenError() else { continue }
      report(
        ExceptionContext(
          message: "A task failed while the runner shut down.", error: error, task: task))
    }
  }

  private func reportPendingTasks() {
    let pending = tasks
    guard let first = pending.first else { return }
    let others = pending.count > 1 ? " It is the first of \(pending.count)." : ""
    report(
      ExceptionContext(
        message: "A task was pending when its event loop was closed.\(others)", task: first))
  }

  // Jobs are not ours to drop: those of native tasks stay for the next runner of the main thread.
  private func dropAll() {
    inbox.takeAll { ready.append($0) }
    var items = timers.removeAll()
    while ready.count > 0 { items.append(ready.removeFirst()) }
    for item in items {
      if item.isHandle, case .handle(let handle) = item.take() {
        handle.cancel()
      } else {
        ready.append(item)
      }
    }
  }
}
