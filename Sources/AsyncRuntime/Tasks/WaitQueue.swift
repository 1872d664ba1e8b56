/// Where those wait, first come first served, that belong to one loop.
///
/// Only on the loop's thread.
final class WaitQueue: WaitPlace {
  // Nothing is called while it is changed.
  @safe @exclusivity(unchecked) private var waiters = WaiterList()

  var count: Int { waiters.count }

  var isEmpty: Bool { waiters.isEmpty }

  /// Puts a waiter last.
  func append(_ waiter: Waiter) {
    waiters.append(waiter)
  }

  /// Takes the first one out and wakes it.
  ///
  /// Returns false if nobody waits.
  @discardableResult
  func wakeFirst() -> Bool {
    guard let waiter = unsafe waiters.takeFirst() else { return false }
    unsafe waiter._withUnsafeGuaranteedRef { $0.wake(.granted) }
    return true
  }

  func cancelWait(of waiter: Waiter) -> Bool {
    guard waiters.remove(waiter) else { return false }
    waiter.wake(.cancelled)
    return true
  }
}
