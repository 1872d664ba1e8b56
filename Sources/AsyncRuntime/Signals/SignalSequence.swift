import AsyncTopBus

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
    /// - Parameter actor: Leave it out.
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
/// They are kept from this call on until somebody takes them. What the signals did before comes
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
