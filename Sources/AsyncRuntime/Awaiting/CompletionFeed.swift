import AsyncTopBus

/// What iterations over `asCompleted` wait for, again and again: the next one that has ended.
///
/// Sendable as its base class is; what it adds belongs to the loop's thread.
final class CompletionFeed: Assembly, @unchecked Sendable {
  private var ended: [any Waitable] = []
  private var given = 0
  private let deadline: EventLoop.Instant?
  private var hasBegun = false
  private var timer: TimerHandle?
  // How many had not ended when the time was over, for each of which that is said once.
  private var late: Int?
  private var refusal: AwaitError?
  // Of those that iterate at once one waits for the members, the others for their turns.
  private var isTurnTaken = false
  private let turns = WaitQueue()

  /// Begins to listen, at once where the loop runs, else when it is first asked.
  init(_ loop: EventLoop, of members: [any Waitable], timeout: Duration?, site: UInt32) {
    deadline = timeout.map { loop.now.advanced(by: $0) }
    super.init(loop, of: members, name: "asCompleted", site: site)
    if loop.isRunningHere { start() }
  }

  private func start() {
    hasBegun = true
    do {
      try begin()
    } catch {
      refusal = error
    }
    guard let deadline, pending > 0 else { return }
    guard deadline > loop.now else { return expire() }
    let timer = TimerHandle(loop, when: deadline) { [self] in expire() }
    loop.arm(timer, .timeout, at: site)
    self.timer = timer
  }

  override var needsAll: Bool { false }

  override var waitsAgain: Bool { pending > 1 }

  override func memberEnded(_ member: any Waitable) {
    ended.append(member)
    if pending == 0 { timer?.cancel() }
    finish()
  }

  private func expire() {
    late = pending
    leave()
    finish()
  }

  /// Nobody will ask any more.
  func abandon() {
    timer?.cancel()
    leave()
  }

  /// The next one; nil after the last.
  nonisolated(nonsending)
    func next() async throws -> (any Waitable)?
  {
    guard loop.isRunningHere else { throw AwaitError.otherLoop }
    if !hasBegun { start() }
    if let refusal { throw refusal }
    if isTurnTaken { try await waitForTurn() }
    isTurnTaken = true
    defer { passTurn() }
    if given == ended.count && late == nil && pending > 0 {
      resume()
      try await wait()
    }
    if given < ended.count {
      given += 1
      return ended[given - 1]
    }
    guard let late, late > 0 else { return nil }
    self.late = late - 1
    throw TimeoutError()
  }

  nonisolated(nonsending)
    private func waitForTurn() async throws(CancellationError)
  {
    let waiter = loop.waiter()
    try await waiter.refuseIfCancelled()
    turns.append(waiter)
    do {
      let address = unsafe UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())
      try await waiter.wait(in: turns, for: .future, UInt64(address), at: site)
    } catch {
      if waiter.wakeReason == .granted { passTurn() }
      throw error
    }
  }

  private func passTurn() {
    isTurnTaken = turns.wakeFirst()
  }
}
