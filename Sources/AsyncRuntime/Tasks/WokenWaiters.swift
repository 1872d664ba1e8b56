/// Waiters that were taken out of a list, to be woken when its guard is gone.
@safe
struct WokenWaiters {
  private var first: Unmanaged<Waiter>?
  private var last: Unmanaged<Waiter>?
  private(set) var count = 0

  mutating func append(_ waiter: Waiter) {
    let added = unsafe Unmanaged.passUnretained(waiter)
    unsafe link(added)
    unsafe last = added
    count += 1
  }

  mutating func append(_ others: WokenWaiters) {
    guard let added = unsafe others.first else { return }
    unsafe link(added)
    unsafe last = others.last
    count += others.count
  }

  private mutating func link(_ added: Unmanaged<Waiter>) {
    if let last = unsafe last {
      unsafe last._withUnsafeGuaranteedRef { unsafe $0.nextInList = added }
    } else {
      unsafe first = added
    }
  }

  /// Wakes each of them, in order, from any thread.
  consuming func wake(_ reason: Waiter.WakeReason) {
    var next = unsafe first
    while let waiter = unsafe next {
      unsafe waiter._withUnsafeGuaranteedRef {
        // A woken one may be in another list at once.
        unsafe next = $0.nextInList
        unsafe $0.nextInList = nil
        $0.wakeFromAnyThread(reason)
      }
    }
  }
}
