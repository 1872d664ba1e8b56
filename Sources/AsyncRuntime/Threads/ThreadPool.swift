import AsyncTopBus
import AsyncTopLinux

/// Threads that call functions which block, so that no event loop has to wait for them: what
/// Python's `ThreadPoolExecutor` is.
///
/// A thread is started when there is something to do and none is idle, up to a limit; what comes
/// beyond that waits, first come, first served, however much it is. Threads stay until the pool is
/// shut down or has no reference any more; what was submitted by then is still done.
///
/// For asynctop a pool is a resource: how many of its threads are busy, and how many functions
/// wait for one.
public final class ThreadPool: Sendable {
  /// What people call it; its threads are called that and a number.
  public let name: String
  /// The most threads it may have.
  public let threadLimit: Int
  let crew: ThreadPoolCrew

  /// The most threads of a pool that is not given a limit: four more than there are processors for
  /// this process, and at most 32.
  public static var defaultThreadLimit: Int { min(32, Processors.usable + 4) }

  /// Makes a pool, with no thread yet.
  ///
  /// - Parameters:
  ///   - name: What people call it.
  ///   - threadLimit: The most threads it may have; at least 1.
  public init(
    name: String = "pool", threadLimit: Int = ThreadPool.defaultThreadLimit,
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) {
    if threadLimit < 1 {
      EventLoop.refuse(
        "ThreadPool(threadLimit: \(threadLimit)): it has at least one thread", fileID, line)
    }
    self.name = name
    self.threadLimit = threadLimit
    crew = ThreadPoolCrew(
      name: name, limit: threadLimit,
      resource: Probe.Resource(.thread, name: name, site: Probe.site(fileID, line)))
  }

  deinit {
    crew.shutDown()
  }

  /// Has a thread call a function; from any thread.
  ///
  /// - Parameter body: May block.
  /// - Returns: What the function will return or throw. Cancelling it takes the function back if it
  ///   has not begun.
  /// - Throws: `ThreadPoolError`.
  public func submit<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) throws(ThreadPoolError) -> ThreadFuture<Value> {
    let future = ThreadFuture<Value>()
    let job = ThreadPoolJob {
      guard future.start() else { return }
      future.settle(Result { try body() })
    }
    try crew.add(job)
    future.addDoneCallback { [weak crew] in
      if $0.isCancelled { crew?.drop(job) }
    }
    return future
  }

  /// Takes no more functions, and ends the threads when all that were submitted are done.
  ///
  /// Not from one of its own threads, if it shall wait for them. On the thread of an event loop
  /// waiting blocks that; see `EventLoop.shutDownDefaultExecutor`.
  ///
  /// - Parameters:
  ///   - wait: Whether to return only when all threads have ended.
  ///   - timeout: How long to wait at most; nil for no limit. The threads go on after that.
  /// - Returns: Whether all threads have ended.
  @discardableResult
  public func shutDown(wait: Bool = true, timeout: Duration? = nil) -> Bool {
    crew.shutDown()
    let now = SystemClock.monotonic
    return crew.join(until: wait ? timeout.map { now.advanced(by: $0) } ?? .max : now)
  }
}

/// A thread pool can't take a function.
@nonexhaustive
public enum ThreadPoolError: Error, Equatable, CustomStringConvertible {
  /// It was shut down; its name.
  case shutDown(String)
  /// It has no thread, and the kernel gave it none; its name, and why.
  case noThread(String, reason: String)

  /// For people.
  public var description: String {
    switch self {
    case .shutDown(let name): "the thread pool “\(name)” was shut down"
    case .noThread(let name, let reason): "the thread pool “\(name)” got no thread: \(reason)"
    }
  }
}
