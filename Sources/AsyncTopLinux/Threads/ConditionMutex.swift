import Glibc

/// State that several threads share, and for whose changes they can wait.
///
/// 1. `state` is touched only under the mutex.
/// 2. Who waits gives the mutex away while it sleeps; who changes the state so that another may go
///    on wakes it after the change.
/// 3. Nobody calls foreign code while it has the mutex.
@safe
public final class ConditionMutex<State: Sendable>: @unchecked Sendable {
  @unsafe
  private struct Primitives {
    var mutex = unsafe pthread_mutex_t()
    var condition = pthread_cond_t()
  }

  private let primitives: UnsafeMutablePointer<Primitives>
  private var state: State

  /// Makes one with a first state.
  public init(_ state: State) {
    self.state = state
    unsafe primitives = .allocate(capacity: 1)
    unsafe primitives.initialize(to: Primitives())
    unsafe pthread_mutex_init(&primitives.pointee.mutex, nil)
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(&primitives.pointee.condition, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(&primitives.pointee.condition)
    unsafe pthread_mutex_destroy(&primitives.pointee.mutex)
    unsafe primitives.deallocate()
  }

  /// Looks at the state, or changes it.
  ///
  /// - Parameter body: Must be short, and not use this mutex.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws.
  public func withLock<Result, Failure: Error>(
    _ body: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe pthread_mutex_lock(&primitives.pointee.mutex)
    defer { unsafe pthread_mutex_unlock(&primitives.pointee.mutex) }
    return try body(&state)
  }

  /// Waits until the state is such that a body returns something.
  ///
  /// - Parameters:
  ///   - deadline: When to give up, in nanoseconds of `CLOCK_MONOTONIC`; the last moment there is
  ///     means never.
  ///   - body: Is called under the lock, now and after each time the thread is woken.
  /// - Returns: What the body returned; nil if it did not by the deadline.
  public func wait<Result>(
    until deadline: UInt64 = .max, for body: (inout State) -> Result?
  ) -> Result? {
    unsafe pthread_mutex_lock(&primitives.pointee.mutex)
    defer { unsafe pthread_mutex_unlock(&primitives.pointee.mutex) }
    var limit = timespec()
    limit.tv_sec = Int(deadline / 1_000_000_000)
    limit.tv_nsec = Int(deadline % 1_000_000_000)
    var isLate = false
    while true {
      if let result = body(&state) { return result }
      if isLate { return nil }
      if deadline == .max {
        unsafe pthread_cond_wait(&primitives.pointee.condition, &primitives.pointee.mutex)
      } else {
        isLate =
          unsafe pthread_cond_timedwait(
            &primitives.pointee.condition, &primitives.pointee.mutex, &limit) == ETIMEDOUT
      }
    }
  }

  /// Wakes one thread that waits, if there is any.
  public func wakeOne() {
    unsafe pthread_cond_signal(&primitives.pointee.condition)
  }

  /// Wakes all threads that wait.
  public func wakeAll() {
    unsafe pthread_cond_broadcast(&primitives.pointee.condition)
  }
}
