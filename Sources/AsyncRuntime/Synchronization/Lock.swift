import Instrumentation
import LinuxSystem

/// Held by one task at a time, given to those that wait in the order in which they came.
///
/// Between two awaits nothing else runs on a loop, so a lock is only needed around what awaits. It
/// is not reentrant. It belongs to the thread that made it, which is that of the loop whose tasks
/// use it.
///
/// Sendable because every entry point checks the thread.
public final class Lock: @unchecked Sendable {
  private let thread = ThreadIdentity.current
  private let resource: Probe.Resource
  private let queue = WaitQueue()
  /// Whether a task holds it.
  public private(set) var isLocked = false

  /// Makes an unlocked lock.
  ///
  /// - Parameters:
  ///   - name: What people call it.
  ///   - fileID: The file that asynctop shows; leave it out.
  ///   - line: The line that asynctop shows; leave it out.
  public init(
    name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line
  ) {
    resource = Probe.Resource(.lock, name: name, site: Probe.site(fileID, line))
  }

  deinit {
    resource.ended()
  }

  /// Takes the lock, waiting until those that came before have released it.
  ///
  /// - Parameters:
  ///   - fileID: The file that asynctop shows; leave it out.
  ///   - line: The line that asynctop shows; leave it out.
  /// - Throws: `CancelledError`; the lock is not held then.
  public nonisolated(nonsending) func acquire(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws(CancelledError) {
    checkThread()
    if !isLocked {
      isLocked = true
      resource.held(by: Probe.currentTask)
      return
    }
    let task = EventLoop.required(for: "Lock.acquire").waiter()
    try await task.refuseIfCancelled()
    queue.append(task)
    resource.level(0, of: 0, waiters: queue.count)
    do {
      try await task.wait(
        in: queue, for: .resource, resource.id, at: Probe.site(fileID, line))
    } catch {
      if task.wakeReason == .granted { release() } else { reportWaiters() }
      throw error
    }
    resource.held(by: Probe.currentTask)
  }

  /// Gives the lock to the task that waits longest, or to nobody.
  ///
  /// Only while it is locked; by any task.
  public func release() {
    checkThread()
    precondition(isLocked, "a lock is released that nobody holds")
    if queue.wakeFirst() == nil { isLocked = false }
    resource.held(by: 0)
    reportWaiters()
  }

  /// Holds the lock while a body runs.
  ///
  /// - Parameters:
  ///   - fileID: The file that asynctop shows; leave it out.
  ///   - line: The line that asynctop shows; leave it out.
  ///   - isolation: Leave it out.
  ///   - body: What needs the lock.
  /// - Returns: What the body returns.
  /// - Throws: `CancelledError` before the body runs; what the body throws.
  public func withLock<Result>(
    fileID: StaticString = #fileID, line: UInt32 = #line,
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Result
  ) async throws -> Result {
    try await acquire(fileID: fileID, line: line)
    defer { release() }
    return try await body()
  }

  private func reportWaiters() {
    resource.level(0, of: 0, waiters: queue.count)
  }

  private func checkThread() {
    precondition(thread == .current, "a lock is used on the thread that made it")
  }
}
