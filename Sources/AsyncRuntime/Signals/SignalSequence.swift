import AsyncTopBus
import AsyncTopLinux

/// Signals one after the other, as they come, from `signals(_:)`.
///
/// Several tasks may iterate over one; each signal goes to one of them. The sequence ends when the
/// loop closes. It belongs to the loop's thread, which its iterators check.
public struct SignalSequence: AsyncSequence, Sendable, CustomStringConvertible {
  let source: SignalSource

  /// For people: `SignalSequence(TERM HUP)`.
  public var description: String { "SignalSequence(\(source.name))" }

  /// Takes the signals of a sequence.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let source: SignalSource

    /// Waits for the next signal.
    ///
    /// - Returns: Its number; nil when the loop has closed.
    /// - Throws: `CancellationError`; no signal is lost then.
    public mutating func next() async throws(CancellationError) -> Int32? {
      try await next(isolation: nil)
    }

    /// Waits for the next signal.
    ///
    /// - Returns: Its number; nil when the loop has closed.
    /// - Throws: `CancellationError`; no signal is lost then.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(CancellationError) -> Int32? {
      try await source.next()
    }
  }

  /// Begins to take signals.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: source) }
}

/// Signals as they come, in place of what they did before.
///
///     for try await signal in try signals(SIGTERM, SIGHUP) { … }
///
/// They are kept from this call on until they are taken. What the signals did before comes
/// back when the sequence and its iterators are let go of; all else is as of
/// `EventLoop.addSignalHandler(_:_:)`, beside which a sequence may want the same signal.
///
/// - Parameter numbers: Such as `SIGTERM`.
/// - Returns: The sequence.
/// - Throws: `SignalError`.
public func signals(
  _ numbers: Int32..., fileID: StaticString = #fileID, line: UInt32 = #line
) throws(SignalError) -> SignalSequence {
  let loop = EventLoop.required(for: "signals(_:)", fileID, line)
  return SignalSequence(
    source: try SignalSource(numbers, on: loop, at: Probe.site(fileID, line)))
}

/// The signals of one sequence that have come and were not taken.
///
/// Sendable: belongs to its loop's thread, which its entry points check; the last reference may go
/// on any thread.
final class SignalSource: @unchecked Sendable {
  private let loop: EventLoop
  private let resource: Probe.Resource
  let name: String
  private let site: UInt32
  private let waiters = WaitQueue()
  // Each signal once, in the order in which the first of each came: this can't grow.
  private var pending: [(signal: Int32, count: Int)] = []
  // How many of them belong to tasks that were woken and have not run.
  private var promised = 0
  private var isFinished = false

  init(_ signals: [Int32], on loop: EventLoop, at site: UInt32) throws(SignalError) {
    self.loop = loop
    self.site = site
    name = signals.map { ProcessSignals.name(of: $0) }.joined(separator: " ")
    resource = Probe.Resource(.signal, name: name, site: site)
    for signal in signals {
      do throws(SignalError) {
        try loop.watched(signal).add(self)
      } catch {
        loop.endUnusedSignals()
        throw error
      }
    }
  }

  deinit {
    resource.ended()
    let loop = loop
    if loop.isOnThread {
      loop.endUnusedSignals()
    } else {
      loop.callSoonThreadsafe { loop.endUnusedSignals() }
    }
  }

  func deliver(_ signal: Int32, _ count: Int) {
    if let index = pending.firstIndex(where: { $0.signal == signal }) {
      pending[index].count += count
    } else {
      pending.append((signal, count))
    }
    for _ in 0..<count where !passOn() { return }
  }

  /// The loop closes.
  func finish() {
    isFinished = true
    while waiters.wakeFirst() {}
  }

  // Promises a signal to the task that has waited longest.
  private func passOn() -> Bool {
    guard waiters.wakeFirst() else { return false }
    promised += 1
    return true
  }

  private var isAvailable: Bool { pending.reduce(-promised) { $0 + $1.count } > 0 }

  nonisolated(nonsending)
    func next() async throws(CancellationError) -> Int32?
  {
    if loop.isAway(#isolation) {
      return try await loop.atHome { () throws(CancellationError) in
        try await self.next()
      }
    }
    if !isAvailable {
      if isFinished { return nil }
      try await wait()
    }
    guard let signal = pending.first?.signal else { return nil }
    pending[0].count -= 1
    if pending[0].count == 0 { pending.removeFirst() }
    return signal
  }

  nonisolated(nonsending)
    private func wait() async throws(CancellationError)
  {
    let task = loop.waiter()
    try await task.refuseIfCancelled()
    guard !isAvailable, !isFinished else { return }
    waiters.append(task)
    resource.level(0, of: 0, waiters: waiters.count)
    defer { resource.level(0, of: 0, waiters: waiters.count) }
    do {
      try await task.wait(in: waiters, of: loop, for: .resource, resource.id, at: site)
    } catch {
      if task.wakeReason == .granted && promised > 0 {
        promised -= 1
        _ = passOn()
      }
      throw error
    }
    if promised > 0 { promised -= 1 }
  }
}
