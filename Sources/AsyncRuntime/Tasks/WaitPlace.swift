/// Where a task can wait: it can be fetched from there when it is cancelled.
protocol WaitPlace: AnyObject {
  /// Ends a task's wait because the task is cancelled. Either wakes it as cancelled, or cancels
  /// what the task waits for so that it wakes because of that.
  ///
  /// - Returns: False if there is nothing to end, since what it waits for has happened already.
  func cancelWait(of task: AnyAsyncTask) -> Bool
}
