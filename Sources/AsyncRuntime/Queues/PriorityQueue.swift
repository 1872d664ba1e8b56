/// A queue from which the least item is got first, in the items' own order or in a given one.
///
/// Of items of which none comes before the other, any may be got first.
public final class PriorityQueue<Element>: Queue<Element> {
  // A binary heap: none comes before the one at half its place.
  private var heap: [Element] = []
  private let comesFirst: (Element, Element) -> Bool

  /// Makes an empty queue for items in an order.
  ///
  /// - Parameters:
  ///   - capacity: How many items it holds at most; nil for no limit.
  ///   - name: What people call it.
  ///   - comesFirst: Whether its first item is got before its second. It is called while the queue
  ///     is locked: it must be quick and must not use the queue.
  public init(
    capacity: Int? = nil, name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line,
    by comesFirst: @escaping @Sendable (Element, Element) -> Bool
  ) {
    self.comesFirst = comesFirst
    super.init(capacity: capacity, name: name, fileID: fileID, line: line)
  }

  override func store(_ item: Element) {
    heap.append(item)
    var place = heap.count - 1
    while place > 0, case let above = (place - 1) / 2, comesFirst(heap[place], heap[above]) {
      heap.swapAt(place, above)
      place = above
    }
  }

  override func takeNext() -> Element {
    let last = heap.removeLast()
    guard let next = heap.first else { return last }
    heap[0] = last
    var place = 0
    while case var below = 2 * place + 1, below < heap.count {
      if below + 1 < heap.count, comesFirst(heap[below + 1], heap[below]) { below += 1 }
      guard comesFirst(heap[below], heap[place]) else { break }
      heap.swapAt(below, place)
      place = below
    }
    return next
  }
}

extension PriorityQueue where Element: Comparable & SendableMetatype {
  /// Makes an empty queue for items in their own order, the least first.
  ///
  /// - Parameters:
  ///   - capacity: How many items it holds at most; nil for no limit.
  ///   - name: What people call it.
  @inlinable
  public convenience init(
    capacity: Int? = nil, name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line
  ) {
    self.init(capacity: capacity, name: name, fileID: fileID, line: line) { $0 < $1 }
  }
}

// 1. What holds for the base class holds here.
// 2. The heap is touched only where that stores and takes items, which is under its guard.
// 3. The order may be called on any thread, and items are `Sendable`.
extension PriorityQueue: @unchecked Sendable where Element: Sendable {}

/// A queue from which the item that was put last is got first.
public final class LIFOQueue<Element>: Queue<Element> {
  private var stack: [Element] = []

  override func store(_ item: Element) {
    stack.append(item)
  }

  override func takeNext() -> Element {
    stack.removeLast()
  }
}

// 1. What holds for the base class holds here.
// 2. The stack is touched only where that stores and takes items, which is under its guard.
// 3. Items are `Sendable`.
extension LIFOQueue: @unchecked Sendable where Element: Sendable {}
