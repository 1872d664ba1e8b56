/// Tasks that wait, first come first served, linked through themselves: waiting allocates nothing.
///
/// Only on the thread of the tasks' loop.
final class WaitQueue: WaitPlace {
  private unowned(unsafe) var first: AnyAsyncTask?
  private unowned(unsafe) var last: AnyAsyncTask?
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  /// Puts a task last.
  ///
  /// It stays alive: its suspended function holds it.
  func append(_ task: AnyAsyncTask) {
    unsafe task.previousInQueue = last
    unsafe task.nextInQueue = nil
    if let last = unsafe last { unsafe last.nextInQueue = task } else { unsafe first = task }
    unsafe last = task
    count += 1
  }

  /// Takes the first task out and wakes it.
  @discardableResult
  func wakeFirst() -> AnyAsyncTask? {
    guard let task = unsafe first else { return nil }
    remove(task)
    task.wake(.granted)
    return task
  }

  func cancelWait(of task: AnyAsyncTask) -> Bool {
    remove(task)
    task.wake(.cancelled)
    return true
  }

  private func remove(_ task: AnyAsyncTask) {
    let (next, previous) = unsafe (task.nextInQueue, task.previousInQueue)
    if let previous { unsafe previous.nextInQueue = next } else { unsafe first = next }
    if let next { unsafe next.previousInQueue = previous } else { unsafe last = previous }
    unsafe task.nextInQueue = nil
    unsafe task.previousInQueue = nil
    count -= 1
  }
}
