extension EventLoop {
  func shutDown() {
    cancelAllTasks()
    dropAll()
    isClosed = true
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
    timers.removeAll { item in
      if item.isHandle { _ = item.take() } else { ready.append(item) }
    }
    inbox.takeAll { ready.append($0) }
    for _ in 0..<ready.count {
      let item = ready.removeFirst()
      if item.isHandle { _ = item.take() } else { ready.append(item) }
    }
    exceptionHandler = nil
  }
}
