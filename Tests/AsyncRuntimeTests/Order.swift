import AsyncRuntime
import Synchronization

/// What happened, in order.
final class Order: Sendable {
  private let list = Mutex<[String]>([])

  func add(_ item: String) {
    list.withLock { $0.append(item) }
  }

  var items: [String] { list.withLock { $0 } }
}

/// Lets what is ready run, so many times.
func iterations(_ count: Int = 1) async throws {
  for _ in 0..<count { try await sleep(.zero) }
}

/// Collects what the exception handler of this thread's loop is told.
func collectReports() -> Order {
  let reports = Order()
  EventLoop.running?.exceptionHandler = { reports.add("\($1.message)") }
  return reports
}
