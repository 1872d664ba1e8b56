extension EventLoop {
  func shutDown(executorLimit: Duration) {
    cancelAllTasks()
    if let defaultExecutor {
      let ended = endDefaultExecutor(defaultExecutor, timeout: executorLimit)
      run { ended.isDone }
      self.defaultExecutor = nil
      // Those that its functions have created since.
      cancelAllTasks()
    }
    for owner in descriptors.owners { owner.abandon() }
    isClosed = true
    inbox.close()
    dropAll()
  }

  /// For the next runner of the main thread.
  func reopen() {
    isClosed = false
    inbox.open()
  }

  private func cancelAllTasks() {
    let left = tasks
    guard !left.isEmpty else { return }
    for task in left { task.cancel() }
    run { left.allSatisfy(\.isDone) }
    for task in left {
      guard task.state == .threw, let error = task.unseenError() else { continue }
      report(
        ExceptionContext(
          message: "A task failed while the runner shut down.", error: error, task: task))
    }
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
    exceptionHandler = nil
  }
}
