import Dispatch

/// A service with callbacks, as there are many: its answers come on a thread of its own.
final class CreditAgency: Sendable {
  static let shared = CreditAgency()
  private let queue = DispatchQueue(label: "credit agency")

  /// Answers later with the customer's credit.
  func ask(_ customer: Int, answer: @escaping @Sendable (Int) -> Void) {
    queue.asyncAfter(deadline: .now() + .milliseconds(30 * (customer + 1))) {
      answer(100 - customer)
    }
  }
}
