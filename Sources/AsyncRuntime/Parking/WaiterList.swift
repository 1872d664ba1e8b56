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

  /// Takes the first one out, if there is one; the caller wakes it.
  ///
  /// No reference is counted: its suspended function holds it until it is woken.
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

  /// Takes the first one out, to be woken.
  ///
  /// Returns the id by which asynctop knows it, 0 for none; nil if nobody waits.
  @inline(__always) @discardableResult
  mutating func unparkFirst(
    _ reason: Waiter.WakeReason, into woken: inout WokenWaiters
  ) -> UInt64? {
    guard let waiter = unsafe takeFirst() else { return nil }
    return unsafe waiter._withUnsafeGuaranteedRef {
      woken.append($0, reason)
      return $0.reportedID
    }
  }

  /// Takes out all, or some of the first, to be woken.
  mutating func unpark(
    upTo limit: Int = .max, _ reason: Waiter.WakeReason, into woken: inout WokenWaiters
  ) {
    var left = limit
    while left > 0, unparkFirst(reason, into: &woken) != nil { left -= 1 }
  }

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

/// Waiters that were taken out of their lists, each with the reason, to be woken when whatever
/// guards the lists is released.
@safe
struct WokenWaiters {
  private var first: Unmanaged<Waiter>?
  private var last: Unmanaged<Waiter>?

  var isEmpty: Bool { unsafe first == nil }

  @inline(__always)
  mutating func append(_ waiter: Waiter, _ reason: Waiter.WakeReason) {
    waiter.wakeReason = reason
    let added = unsafe Unmanaged.passUnretained(waiter)
    if let last = unsafe last {
      unsafe last._withUnsafeGuaranteedRef { unsafe $0.nextInList = added }
    } else {
      unsafe first = added
    }
    unsafe last = added
  }

  /// Wakes each of them, in order, from any thread.
  @inline(never)
  consuming func wake() {
    var next = unsafe first
    while let waiter = unsafe next {
      unsafe waiter._withUnsafeGuaranteedRef {
        // A woken one may be in another list at once.
        unsafe next = $0.nextInList
        unsafe $0.nextInList = nil
        $0.wakeFromAnyThread()
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
