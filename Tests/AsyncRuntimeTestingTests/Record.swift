import Synchronization

/// What happened, in order.
final class Record<Element: Sendable>: Sendable {
  private let list = Mutex<[Element]>([])

  func add(_ item: Element) {
    list.withLock { $0.append(item) }
  }

  var items: [Element] { list.withLock { $0 } }
}
