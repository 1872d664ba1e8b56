/// Waiters that were taken out of a list, to be woken when its guard is gone.
@safe
struct WokenWaiters {
  private unowned(unsafe) var first: Waiter?
  private unowned(unsafe) var last: Waiter?
  private(set) var count = 0

  mutating func append(_ waiter: Waiter) {
    if let last = unsafe last { unsafe last.nextInList = waiter } else { unsafe first = waiter }
    unsafe last = waiter
    count += 1
  }

  mutating func append(_ others: WokenWaiters) {
    if let last = unsafe last {
      unsafe last.nextInList = others.first
    } else {
      unsafe first = others.first
    }
    if unsafe others.last != nil { unsafe last = others.last }
    count += others.count
  }

  /// Wakes each of them, in order, from any thread.
  consuming func wake(_ reason: Waiter.WakeReason) {
    var next = unsafe first
    while let waiter = next {
      // A woken one may be in another list at once.
      next = unsafe waiter.nextInList
      unsafe waiter.nextInList = nil
      waiter.wakeFromAnyThread(reason)
    }
  }
}
