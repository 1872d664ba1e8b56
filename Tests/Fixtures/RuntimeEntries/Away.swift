import Dispatch

/// An actor whose code runs on a thread of its own.
public actor Away {
  final class Executor: SerialExecutor {
    private let queue = DispatchQueue(label: "away")

    func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
  }

  private let executor = Executor()

  /// Its own.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  /// Makes one.
  public init() {}
}

/// An actor without an executor of its own, which runs on that of its tasks.
public actor Plain {
  private(set) var count = 0

  /// Makes one.
  public init() {}

  /// What others want it for.
  public func touch() { count += 1 }
}
