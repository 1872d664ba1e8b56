/// A function that a thread pool will call.
///
/// 1. Its links and `isQueued` are touched only under the lock of the pool's monitor.
/// 2. `body` never changes; whoever took the job out of the queue calls it, once, or lets go of it.
/// 3. The queue keeps a job alive while it is in it.
final class ThreadPoolJob: @unchecked Sendable {
  let body: @Sendable () -> Void
  fileprivate var next: ThreadPoolJob?
  fileprivate unowned(unsafe) var previous: ThreadPoolJob?
  fileprivate var isQueued = false

  init(_ body: @escaping @Sendable () -> Void) {
    self.body = body
  }

  /// Jobs, first in, first out; any of them can be taken out at the same cost.
  struct Queue: Sendable {
    private var first: ThreadPoolJob?
    private unowned(unsafe) var last: ThreadPoolJob?
    private(set) var count = 0

    mutating func append(_ job: ThreadPoolJob) {
      unsafe job.previous = last
      if let last = unsafe last { last.next = job } else { first = job }
      unsafe last = job
      job.isQueued = true
      count += 1
    }

    mutating func removeFirst() -> ThreadPoolJob? {
      guard let job = first else { return nil }
      remove(job)
      return job
    }

    /// Returns whether it was there.
    @discardableResult
    mutating func remove(_ job: ThreadPoolJob) -> Bool {
      guard job.isQueued else { return false }
      let (next, previous) = unsafe (job.next, job.previous)
      if let previous { previous.next = next } else { first = next }
      if let next { unsafe next.previous = previous } else { unsafe last = previous }
      job.next = nil
      unsafe job.previous = nil
      job.isQueued = false
      count -= 1
      return true
    }
  }
}
