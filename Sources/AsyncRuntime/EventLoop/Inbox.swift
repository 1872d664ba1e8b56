import LinuxSystem
import Synchronization

/// What other threads give a loop to run.
///
/// 1. Any thread pushes; only the loop's takes.
/// 2. `head` is a stack of items linked through themselves, taken as a whole and turned round, so
///    the items of one thread stay in order.
/// 3. The loop announces that it will sleep, and looks once more, before it sleeps. Who pushes
///    looks after pushing whether that was announced. Both in one total order, so one of them sees
///    the other.
final class Inbox: Sendable {
  private let head = Atomic<UInt>(0)
  private let sleeps = Atomic<Bool>(false)
  let counter: EventCounter

  init() throws(Errno) {
    counter = try EventCounter()
  }

  func push(_ item: ReadyItem) {
    var seen = head.load(ordering: .relaxed)
    while true {
      item.next = seen
      let (exchanged, original) = head.compareExchange(
        expected: seen, desired: item.bits, successOrdering: .sequentiallyConsistent,
        failureOrdering: .relaxed)
      if exchanged { break }
      seen = original
    }
    if sleeps.load(ordering: .sequentiallyConsistent),
      sleeps.exchange(false, ordering: .sequentiallyConsistent)
    {
      counter.add()
    }
  }

  /// Calls for each item that was pushed, oldest first.
  @inline(__always)
  func takeAll(_ body: (ReadyItem) -> Void) {
    guard head.load(ordering: .relaxed) != 0 else { return }
    takePushed(body)
  }

  private func takePushed(_ body: (ReadyItem) -> Void) {
    var newest = head.exchange(0, ordering: .acquiring)
    var oldest: UInt = 0
    while newest != 0 {
      let item = ReadyItem(bits: newest)
      newest = item.next
      item.next = oldest
      oldest = item.bits
    }
    while oldest != 0 {
      let item = ReadyItem(bits: oldest)
      oldest = item.next
      body(item)
    }
  }

  /// Announces sleep.
  ///
  /// Returns false if something was pushed and the loop must not sleep.
  func willSleep() -> Bool {
    sleeps.store(true, ordering: .sequentiallyConsistent)
    if head.load(ordering: .sequentiallyConsistent) == 0 { return true }
    sleeps.store(false, ordering: .relaxed)
    return false
  }

  func didSleep() {
    sleeps.store(false, ordering: .relaxed)
  }
}
