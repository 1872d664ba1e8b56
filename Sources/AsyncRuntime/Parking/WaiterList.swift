/// Those that wait for the same, first come first served, linked through themselves: waiting
/// allocates nothing.
///
/// Whoever has the list guards it. A waiter stays alive while it is in it: its suspended function
/// holds it.
@safe
struct WaiterList {
  private var first: Unmanaged<Waiter>?
  private var last: Unmanaged<Waiter>?
  private(set) var count = 0
  private let number: UInt8

  var isEmpty: Bool { count == 0 }

  /// Makes an empty list.
  ///
  /// The number tells the lists of one place apart; it is not 0.
  init(number: UInt8 = 1) {
    self.number = number
  }

  /// Puts a waiter last.
  mutating func append(_ waiter: Waiter) {
    waiter.wakeReason = .none
    waiter.list = number
    unsafe waiter.previousInList = last
    unsafe waiter.nextInList = nil
    let added = unsafe Unmanaged.passUnretained(waiter)
    if let last = unsafe last {
      unsafe last._withUnsafeGuaranteedRef { unsafe $0.nextInList = added }
    } else {
      unsafe first = added
    }
    unsafe last = added
    count += 1
  }

  /// Takes the first one out, if there is one, for who calls to wake it.
  mutating func removeFirst() -> Waiter? {
    unsafe takeFirst()?.takeUnretainedValue()
  }

  /// The same without counting a reference: its suspended function holds it until it is woken.
  mutating func takeFirst() -> Unmanaged<Waiter>? {
    guard let waiter = unsafe first else { return nil }
    unsafe waiter._withUnsafeGuaranteedRef { take($0) }
    return unsafe waiter
  }

  /// Takes a waiter out.
  ///
  /// Returns false if it is not in the list.
  mutating func remove(_ waiter: Waiter) -> Bool {
    guard waiter.list == number else { return false }
    take(waiter)
    return true
  }

  /// Takes out some of the first.
  mutating func removeFirst(_ limit: Int) -> WokenWaiters {
    var woken = WokenWaiters()
    while woken.count < limit, let waiter = unsafe first {
      unsafe waiter._withUnsafeGuaranteedRef {
        take($0)
        woken.append($0)
      }
    }
    return woken
  }

  /// Takes all out.
  mutating func removeAll() -> WokenWaiters { removeFirst(count) }

  private mutating func take(_ waiter: Waiter) {
    let (next, previous) = unsafe (waiter.nextInList, waiter.previousInList)
    if let previous = unsafe previous {
      unsafe previous._withUnsafeGuaranteedRef { unsafe $0.nextInList = next }
    } else {
      unsafe first = next
    }
    if let next = unsafe next {
      unsafe next._withUnsafeGuaranteedRef { unsafe $0.previousInList = previous }
    } else {
      unsafe last = previous
    }
    unsafe waiter.nextInList = nil
    unsafe waiter.previousInList = nil
    waiter.list = 0
    count -= 1
  }
}

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
