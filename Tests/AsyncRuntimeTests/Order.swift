import Synchronization

/// What happened, in order.
final class Order: Sendable {
  private let list = Mutex<[String]>([])

  func add(_ item: String) {
    list.withLock { $0.append(item) }
  }

  var items: [String] { list.withLock { $0 } }
}
