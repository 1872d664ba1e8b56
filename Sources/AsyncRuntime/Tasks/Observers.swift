/// Who is told, in order, when a task or future has ended: waiters and handles.
///
/// The first needs no allocation. Each can be taken out again, at a cost that does not grow with
/// the number of the others but for a logarithm.
@safe
struct Observers: ~Copyable {
  /// Names an observer as long as it is in.
  typealias Token = Int

  // The bits of a `ReadyItem`; 0 for none.
  private var first: UInt = 0
  private var others: OtherObservers?

  var count: Int { (first == 0 ? 0 : 1) + (others?.count ?? 0) }

  /// A waiter; its suspended function keeps it alive.
  mutating func add(_ waiter: Waiter) {
    _ = add(ReadyItem(waiting: waiter))
  }

  mutating func add(_ handle: Handle) -> Token {
    add(ReadyItem(retaining: handle))
  }

  private mutating func add(_ item: ReadyItem) -> Token {
    if let others, !others.isEmpty || first != 0 { return others.add(item) }
    if first == 0 {
      first = item.bits
      return 0
    }
    let others = OtherObservers()
    self.others = others
    return others.add(item)
  }

  /// Takes a handle out, whose reference is then the caller's: to let go of it may run anything.
  ///
  /// Returns false if it is not in any more.
  mutating func remove(_ handle: Handle, _ token: Token) -> Bool {
    let bits = ReadyItem.bits(of: handle)
    guard token == 0 else { return others?.remove(bits, token) ?? false }
    guard first == bits else { return false }
    first = 0
    return true
  }

  /// Takes a waiter out, for one that has to be found.
  mutating func remove(_ waiter: Waiter) {
    let bits = ReadyItem(waiting: waiter).bits
    if first == bits { first = 0 } else { others?.remove(bits) }
  }

  /// Takes all of them out, to be told: who is told may look here.
  mutating func takeAll() -> Taken {
    let taken = Taken(first: first, others: others)
    first = 0
    if others != nil { others = nil }
    return taken
  }

  /// Those that are told now.
  struct Taken {
    fileprivate let first: UInt
    fileprivate let others: OtherObservers?

    /// Tells all of them, once.
    func tell(of ended: some Waitable) {
      if first != 0 { Observers.tell(ReadyItem(bits: first), of: ended) }
      guard let others else { return }
      for item in others.takeAll() { Observers.tell(item, of: ended) }
    }
  }

  @inline(__always)
  private static func tell(_ item: ReadyItem, of ended: some Waitable) {
    switch item.take() {
    case .waiter(let waiter): unsafe waiter._withUnsafeGuaranteedRef { $0.wake(.woken) }
    case .handle(let handle): handle.hasEnded(ended)
    case .job, .defaultJob: break
    }
  }

  deinit {
    if first == 0 && others == nil { return }
    var items = others?.takeAll() ?? []
    if first != 0 { items.append(ReadyItem(bits: first)) }
    for item in items where item.isHandle { _ = item.take() }
  }
}

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
