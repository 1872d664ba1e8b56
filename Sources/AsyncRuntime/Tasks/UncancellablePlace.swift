/// Where a wait ends only with what is waited for: a request to cancel stays due until then.
final class UncancellablePlace: WaitPlace, Sendable {
  static let shared = UncancellablePlace()

  private init() {}

  func cancelWait(of waiter: Waiter) -> Bool {
    waiter.mustCancel = true
    return true
  }
}
