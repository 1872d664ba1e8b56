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
