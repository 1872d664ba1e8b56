import AsyncTopLinux
import Synchronization

/// What other threads give a loop to run.
///
/// 1. Any thread pushes; only the loop's takes.
/// 2. `head` is a stack of items linked through themselves, taken as a whole and turned round, so
///    the items of one thread stay in order.
/// 3. Before it sleeps, the loop announces that, and looks once more. A thread that pushes looks
///    afterwards whether sleep was announced. Both are sequentially consistent, so at least one of
///    them sees the other.
/// 4. While it is closed, handles are refused: a bit of `head` says so, so that none comes after
///    the loop has taken the last ones. Jobs are not: they have no other loop to go to.
final class Inbox: Sendable {
  private let head = Atomic<UInt>(0)
  private let sleeps = Atomic<Bool>(false)
  let counter: EventCounter

  // Free in the pointers, since what they point to is aligned to 16 bytes.
  private static let closed: UInt = 8

  init() throws(Errno) {
    counter = try EventCounter()
  }

  /// Returns false if it is a handle and the inbox is closed: the caller still owns it then.
  @discardableResult
  func push(_ item: ReadyItem) -> Bool {
    var seen = head.load(ordering: .relaxed)
    while true {
      if seen & Self.closed != 0 && item.isHandle { return false }
      item.next = seen & ~Self.closed
      let (exchanged, original) = head.compareExchange(
        expected: seen, desired: item.bits | seen & Self.closed,
        successOrdering: .sequentiallyConsistent, failureOrdering: .relaxed)
      if exchanged { break }
      seen = original
    }
    if sleeps.load(ordering: .sequentiallyConsistent),
      sleeps.exchange(false, ordering: .sequentiallyConsistent)
    {
      counter.add()
    }
    return true
  }

  /// Refuses handles from now on.
  func close() {
    head.bitwiseOr(Self.closed, ordering: .relaxed)
  }

  /// Whether it refuses handles; from any thread.
  var isClosed: Bool { head.load(ordering: .relaxed) & Self.closed != 0 }

  func open() {
    head.bitwiseAnd(~Self.closed, ordering: .relaxed)
  }

  /// Calls for each item that was pushed, oldest first.
  @inline(__always)
  func takeAll(_ body: (ReadyItem) -> Void) {
    guard head.load(ordering: .relaxed) & ~Self.closed != 0 else { return }
    takePushed(body)
  }

  private func takePushed(_ body: (ReadyItem) -> Void) {
    var newest = head.bitwiseAnd(Self.closed, ordering: .acquiring).oldValue & ~Self.closed
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
