@_spi(ExperimentalCustomExecutors) @_spi(ExperimentalScheduling) import _Concurrency
import AsyncTopLinux
import Synchronization

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

  // Called for `Task.sleep`. The job belongs to a helper of the Swift runtime's that asks for no
  // executor: run as a job of another one, it would move to the default executor.
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

  // Called by an asynchronous `main`.
  func run() throws {
    run { false }
  }

  func runUntil(_ condition: () -> Bool) throws {
    run(until: condition)
  }

  // `RunLoopExecutor` asks for what the base class has.
  override func stop() {
    super.stop()
  }
}

/// The main loop as the executor of the tasks that ask for none.
///
/// It is not the same object as the main actor's, so that the loop can tell their jobs apart and
/// runs each as what it is. Sendable: it has nothing but its loop, which is never freed, and
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

  // Called for `Task.sleep`.
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

/// The loop of the main thread, and how it becomes the executor of the main actor and of all else.
enum MainLoop: ExecutorFactory {
  /// Made once and never freed: the Swift runtime never lets go of its executors.
  ///
  /// It is closed whenever no runner has it: `EventLoop.forRunner` opens it, and serves one at a
  /// time.
  private static let made = Result { () throws(Errno) in
    try LoopExecutor(name: "main", phase: .closed)
  }

  /// The loop.
  ///
  /// Only on the main thread.
  static func loop() throws(Errno) -> LoopExecutor { try made.get() }

  /// Whether the Swift runtime runs the main actor on it.
  ///
  /// It takes an executor it is given only before it has made its own, that is before the process's
  /// first task: for the main actor before the first that is isolated to it, for all else before
  /// any other. So it may have taken one and not the other.
  static let isInstalled: Bool = {
    guard ThreadIdentity.isMain, let loop = try? loop() else { return false }
    _createExecutors(factory: MainLoop.self)
    guard MainActor.executor === loop else { return false }
    loop.role = Task.defaultExecutor === shared ? .process : .mainActor
    if loop.role == .process { isDefault.store(true, ordering: .releasing) }
    return true
  }()

  private static let isDefault = Atomic(false)

  /// The loop, if it runs what asks for no executor and is open; from any thread.
  static var processWide: EventLoop? {
    guard isDefault.load(ordering: .acquiring), let loop = try? made.get() else { return nil }
    return loop.inbox.isClosed ? nil : loop
  }

  static var mainExecutor: any MainExecutor { executor }
  static var defaultExecutor: any TaskExecutor { shared }

  private static let shared = DefaultExecutor(executor)

  private static var executor: LoopExecutor {
    guard let loop = try? loop() else {
      programmerError("the executors are only installed once the main loop exists")
    }
    return loop
  }
}

extension EventLoop {
  /// What the Swift runtime runs on a loop.
  enum Role {
    /// Only the tasks that prefer it: the loop's own, and their children.
    case own
    /// The main actor as well, for a test, in place of the main actor's own executor.
    case borrowedMainActor
    /// The main actor as well.
    case mainActor
    /// The main actor, and whatever asks for no executor.
    case process
  }

  final var runsMainActor: Bool {
    @inline(__always) get { role != .own }
  }

  final var isProcessWide: Bool {
    @inline(__always) get { role == .process }
  }
}
