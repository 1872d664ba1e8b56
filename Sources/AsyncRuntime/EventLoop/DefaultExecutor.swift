@_spi(ExperimentalCustomExecutors) @_spi(ExperimentalScheduling) import _Concurrency

/// The main loop as the executor of the tasks that ask for none.
///
/// It is not the same object as the main actor's, so that the loop can tell their jobs apart and
/// runs each as what it is. Sendable: it has nothing but its loop, which lives for ever, and
/// `schedule` may be called from any thread.
final class DefaultExecutor: TaskExecutor, SchedulingExecutor, @unchecked Sendable {
  private let loop: EventLoop

  init(_ loop: EventLoop) {
    self.loop = loop
  }

  /// No executor in particular: a reference of two null words, as the Swift runtime has it.
  static var generic: UnownedSerialExecutor {
    unsafe unsafeBitCast((UInt(0), UInt(0)), to: UnownedSerialExecutor.self)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    loop.schedule(ReadyItem(defaultJob: UnownedJob(job)))
  }

  // `Task.sleep`.
  func enqueue<C: _Concurrency.Clock>(
    _ job: consuming ExecutorJob, after delay: C.Duration, tolerance: C.Duration?, clock: C
  ) {
    loop.schedule(ReadyItem(defaultJob: UnownedJob(job)), after: (delay as? Duration) ?? .zero)
  }

  func enqueue<C: _Concurrency.Clock>(
    _ job: consuming ExecutorJob, at instant: C.Instant, tolerance: C.Duration?, clock: C
  ) {
    let delay = clock.now.duration(to: instant) as? Duration
    loop.schedule(ReadyItem(defaultJob: UnownedJob(job)), after: delay ?? .zero)
  }
}
