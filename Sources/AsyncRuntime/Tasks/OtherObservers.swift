/// The observers of a task or future after its first one.
///
/// In the order of their tokens, so that one is found by halving; those taken out leave gaps, which
/// are closed when they are the most.
final class OtherObservers {
  private var entries: [(token: Int, bits: UInt)] = []  // bits 0: a gap
  private var gaps = 0
  private var newest = 0

  var count: Int { entries.count - gaps }

  var isEmpty: Bool { count == 0 }

  func add(_ item: ReadyItem) -> Int {
    newest += 1
    entries.append((newest, item.bits))
    return newest
  }

  /// Returns false if it is not in any more.
  func remove(_ bits: UInt, _ token: Int) -> Bool {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].token < token { low = middle + 1 } else { high = middle }
    }
    guard low < entries.count, entries[low] == (token, bits) else { return false }
    empty(low)
    return true
  }

  func remove(_ bits: UInt) {
    if let index = entries.firstIndex(where: { $0.bits == bits }) { empty(index) }
  }

  func takeAll() -> [ReadyItem] {
    let items = entries.lazy.filter { $0.bits != 0 }.map { ReadyItem(bits: $0.bits) }
    defer {
      entries = []
      gaps = 0
    }
    return Array(items)
  }

  private func empty(_ index: Int) {
    entries[index].bits = 0
    gaps += 1
    guard 2 * gaps > entries.count else { return }
    entries.removeAll { $0.bits == 0 }
    gaps = 0
  }
}
