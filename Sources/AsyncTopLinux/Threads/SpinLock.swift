import CAsyncTopLinux
import Glibc
public import Synchronization

/// Keeps other threads out for a few instructions, at the price of one atomic operation.
///
/// Only around what takes some tens of nanoseconds and calls nothing that might wait, lock again or
/// be somebody else's. Who finds it locked tries again for about a microsecond. If it is still
/// locked, the thread that has it is not running: who waits gives way, and at last sleeps, so that
/// the other gets to run whatever their priorities.
public struct SpinLock: ~Copyable, Sendable {
  @usableFromInline let isLocked = Atomic<Bool>(false)

  private static let spins = 64
  private static let yields = 64

  /// Makes an unlocked one.
  @inlinable
  public init() {}

  /// Runs a body while no other thread runs one under the same lock.
  ///
  /// - Parameter body: What must not be disturbed.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws.
  @inlinable @inline(__always)
  public func withLock<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if isLocked.exchange(true, ordering: .acquiring) { wait() }
    defer { isLocked.store(false, ordering: .releasing) }
    return try body()
  }

  /// Lets another thread run, for who tries again and again what one does in a few instructions.
  public static func giveWay() {
    sched_yield()
  }

  @usableFromInline
  func wait() {
    var tries = 0
    repeat {
      while isLocked.load(ordering: .relaxed) {
        tries += 1
        switch tries {
        case ...Self.spins: linux_spin_hint()
        case ...(Self.spins + Self.yields): sched_yield()
        default: usleep(50)
        }
      }
    } while isLocked.exchange(true, ordering: .acquiring)
  }
}
