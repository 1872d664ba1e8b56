@_spi(ExperimentalCustomExecutors) import _Concurrency
import AsyncTopBus
import Synchronization

/// The main actor's executor while a loop in a test runs the main actor, and for jobs from then.
///
/// 1. There is one, never freed: whatever waits in the main actor may come back to it at any time.
/// 2. While a loop has the main actor, jobs go to that loop, on whose thread the main actor would
///    run anyway, and which keeps it busy: so no two of them ever run at once.
/// 3. Otherwise they go where the main actor's belong.
///
/// Sendable: `loop` is only touched under its lock.
final class BorrowedMainActor: SerialExecutor {
  static let shared = BorrowedMainActor()

  private let loop = Mutex<EventLoop?>(nil)

  private init() {}

  var reference: UnownedSerialExecutor { unsafe UnownedSerialExecutor(ordinary: self) }

  /// Makes a loop run what is isolated to the main actor; with nil, none does.
  func lend(to borrower: EventLoop?) {
    loop.withLock { $0 = borrower }
    let words = unsafe unsafeBitCast(reference, to: (UInt, UInt).self)
    NativeTask.setMainExecutor(borrower == nil ? nil : words)
  }

  /// Gives a job back that a loop has not run.
  func giveBack(_ job: UnownedJob) {
    MainActor.executor.enqueue(ExecutorJob(job))
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    // Under the lock, so that a loop that gives the main actor back has all jobs by then.
    let isTaken = loop.withLock { loop in
      loop?.schedule(ReadyItem(job: job))
      return loop != nil
    }
    if !isTaken { giveBack(job) }
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor { unsafe reference }

  func checkIsolated() {
    if isIsolatingCurrentContext() != true { MainActor.executor.checkIsolated() }
  }

  func isIsolatingCurrentContext() -> Bool? {
    loop.withLock { $0?.isOnThread }
  }
}

extension EventLoop {
  /// Makes the loop run what is isolated to the main actor, until `returnMainActor`.
  ///
  /// Only in the main actor, which is on this thread and busy until then.
  package func borrowMainActor() {
    role = .borrowedMainActor
    unsafe contexts.host = NativeTask.current
    BorrowedMainActor.shared.lend(to: self)
  }

  /// Ends what `borrowMainActor` began, on a loop that is closed.
  package func returnMainActor() {
    BorrowedMainActor.shared.lend(to: nil)
    role = .own
    inbox.takeAll { turn.append($0) }
    while turn.count > 0 {
      let item = turn.removeFirst().take()
      if case .job(let job) = item { BorrowedMainActor.shared.giveBack(job) }
    }
  }

  /// Creates the main task of a simulation, in the main actor.
  package func startInMainActor<Value: Sendable>(
    fileID: StaticString, line: UInt32, function: StaticString,
    _ body: @escaping @MainActor () async throws -> Value
  ) -> AsyncTask<Value> {
    create(
      name: "main", group: nil, site: Probe.site(fileID, line, function), isolation: nil, body)
  }
}
