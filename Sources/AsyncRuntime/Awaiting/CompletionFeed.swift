import Instrumentation

/// What an iteration over `asCompleted` waits for, again and again: the next one that has ended.
///
/// Sendable as its base class is.
final class CompletionFeed: Assembly, @unchecked Sendable {
  private var hasBegun = false
  private var ended: [any Waitable] = []
  private var given = 0

  init(_ loop: EventLoop, of members: [any Waitable], site: UInt32) {
    super.init(loop, of: members, name: "asCompleted", site: site)
  }

  override var needsAll: Bool { false }

  // Only one is waited for as itself.
  override var waitsAgain: Bool { pending > 1 }

  override func memberEnded(_ member: any Waitable) {
    ended.append(member)
    finish()
  }

  /// The next one; nil after the last.
  nonisolated(nonsending)
    func next(until deadline: Duration?) async throws -> (any Waitable)?
  {
    if !hasBegun {
      hasBegun = true
      try begin()
    }
    if given == ended.count {
      guard pending > 0 else { return nil }
      try await waitForOne(until: deadline)
      guard given < ended.count else { throw TimeoutError() }
    }
    given += 1
    return ended[given - 1]
  }

  nonisolated(nonsending)
    private func waitForOne(until deadline: Duration?) async throws
  {
    resume()
    guard let deadline else { return try await wait() }
    guard deadline > loop.time else { return }
    let timer = TimerHandle(loop, when: deadline) { [self] in finish() }
    loop.arm(timer, .timeout, at: site)
    defer { timer.cancel() }
    try await wait()
  }
}
