@_spi(ExperimentalCustomExecutors) @_spi(ExperimentalScheduling) import _Concurrency
import AsyncTopLinux

/// An event loop as the Swift runtime sees it: the executor of the main actor and of everything
/// that asks for no other, or of the tasks that prefer it.
///
/// Every loop is one. It is a class of its own because Swift does not let a public class conform to
/// what is still experimental in its runtime. Sendable as `EventLoop` is: `enqueue` may be called
/// from any thread.
final class LoopExecutor: EventLoop, MainExecutor, TaskExecutor, SchedulingExecutor,
  @unchecked Sendable
{
  func enqueue(_ job: consuming ExecutorJob) {
    schedule(ReadyItem(job: UnownedJob(job)))
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    unsafe UnownedSerialExecutor(ordinary: self)
  }

  func asUnownedTaskExecutor() -> UnownedTaskExecutor {
    unsafe UnownedTaskExecutor(ordinary: self)
  }

  func checkIsolated() {
    checkThread()
  }

  func isIsolatingCurrentContext() -> Bool? { isOnThread }

  // `Task.sleep`. The job is of a helper of the runtime's that asks for no executor: run as on
  // another than that, it would go on elsewhere.
  func enqueue<C: _Concurrency.Clock>(
    _ job: consuming ExecutorJob, after delay: C.Duration, tolerance: C.Duration?, clock: C
  ) {
    schedule(ReadyItem(defaultJob: UnownedJob(job)), after: (delay as? Duration) ?? .zero)
  }

  func enqueue<C: _Concurrency.Clock>(
    _ job: consuming ExecutorJob, at instant: C.Instant, tolerance: C.Duration?, clock: C
  ) {
    let delay = clock.now.duration(to: instant) as? Duration
    schedule(ReadyItem(defaultJob: UnownedJob(job)), after: delay ?? .zero)
  }

  // What an asynchronous `main` would call.
  func run() throws {
    run { false }
  }

  func runUntil(_ condition: () -> Bool) throws {
    run(until: condition)
  }

  // The base class has it; a protocol of the runtime's asks for it too.
  override func stop() {
    super.stop()
  }
}
