/// A function that an event loop calls as long as a descriptor is ready.
///
/// Sendable as its base class is; what it adds belongs to the loop's thread.
final class WatchHandle: Handle, @unchecked Sendable {
  private var isReady = false

  /// Calls the function in this iteration, once.
  func callSoon() {
    guard !isReady, !isCancelled else { return }
    isReady = true
    loop.turn.append(ReadyItem(retaining: self))
  }

  override func run() {
    isReady = false
    let again = callback
    super.run()
    if !isCancelled { callback = again }
  }
}
