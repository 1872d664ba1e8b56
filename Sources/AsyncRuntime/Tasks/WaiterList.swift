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
