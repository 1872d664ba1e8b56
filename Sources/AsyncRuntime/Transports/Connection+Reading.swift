import AsyncTopBus

/// What a connection knows of its receiving side.
struct ReadingState {
  /// Whether there may be something to receive: the kernel has reported that, and has not said
  /// since that there is nothing.
  var mayRead = true
  /// Whether all was received, and no more will come.
  var isAtEnd = false
  /// Whether the kernel has reported the end, which it does once: nothing will be reported again.
  var endReported = false
  /// Whether a call gives less than there is, as a terminal gives a line at a time.
  var givesPieces = false
  /// How many bytes have come.
  private(set) var received: UInt64 = 0
  private var inARow: Int32 = 0
  /// How much room the next call offers at least: the more has come, the more, so that quiet
  /// connections take little memory.
  private(set) var room = 4096

  static let readsBeforeGivingWay = 32

  /// A call of the kernel has received bytes; none at the end.
  @inline(__always)
  mutating func received(_ count: Int, room: Int) {
    received &+= UInt64(count)
    if count == 0 { isAtEnd = true }
    // Less than there was room for: it is empty now, and will be reported again; epoll(7).
    if count < room && !endReported && !givesPieces { mayRead = false }
  }

  /// A task reads once more without having waited.
  ///
  /// Returns whether the others get their turn first.
  @inline(__always)
  mutating func mustGiveWay() -> Bool {
    inARow += 1
    guard inARow > Self.readsBeforeGivingWay else { return false }
    inARow = 0
    return true
  }

  /// A task waits to read.
  @inline(__always)
  mutating func waits() {
    inARow = 0
  }

  /// A call has filled what there was room for.
  mutating func filled(_ count: Int, atMost limit: Int) {
    if count >= room { room = min(2 * room, limit) }
  }
}

extension Connection {
  /// Receives more into `input`, waiting for it.
  ///
  /// Returns false at the end.
  nonisolated(nonsending)
    func receive(atLeast wanted: Int, at site: UInt32) async throws -> Bool
  {
    try await receive(at: site) { try receiveIntoInput(wanted) ? true : nil } ?? false
  }

  /// Receives what is there, past `input`, which must be empty; waits for it.
  ///
  /// It comes by way of the loop's buffer, which the processor has at hand, and takes no memory of
  /// the connection's own.
  ///
  /// Returns nothing at the end.
  @inline(__always)
  nonisolated(nonsending)
    func receive(atMost limit: Int, at site: UInt32) async throws -> [UInt8]
  {
    try await receive(at: site) {
      let bytes = unsafe try receiveBuffer.received(atMost: limit) { free in
        unsafe try receiveNow(into: free)
      }
      return bytes.isEmpty ? nil : bytes
    } ?? []
  }

  @inline(__always)
  nonisolated(nonsending)
    private func receive<Received>(
      at site: UInt32, _ attempt: () throws -> Received?
    ) async throws -> Received?
  {
    if reading.mustGiveWay() { try await loop.giveWay(at: site) }
    while true {
      if reading.isAtEnd { return nil }
      if let lost { throw lost }
      if reading.mayRead {
        if let received = try attempt() { return received }
        if reading.isAtEnd { return nil }
      }
      try await waitReadable(at: site)
    }
  }

  private func receiveIntoInput(_ wanted: Int) throws -> Bool {
    let least = min(max(wanted, reading.room), Self.mostReceived)
    let count = unsafe try input.append(atLeast: least, atMost: Self.mostReceived) { free in
      unsafe try receiveNow(into: free)
    }
    reading.filled(count, atMost: Self.mostReceived)
    return count > 0
  }

  @inline(__always)
  nonisolated(nonsending)
    private func waitReadable(at site: UInt32) async throws
  {
    guard count(.readers) == 0 else { throw StreamError.alreadyReading }
    reading.waits()
    try await wait(in: .readers, at: site)
  }
}

// MARK: Closing

extension Connection {
  private static let mostDiscarded = 64 * 1024

  /// Receives and drops what comes after the connection was closed.
  ///
  /// It closes when the other end has taken what is buffered. If that end closes too, and has
  /// much to send that is not read here, both would wait for each other without end.
  func discard() {
    guard isSocket else { return }
    for _ in 0..<ReadingState.readsBeforeGivingWay {
      guard reading.mayRead, !reading.isAtEnd, !isShut else { return }
      do {
        unsafe try withUnsafeTemporaryAllocation(byteCount: Self.mostDiscarded, alignment: 1) {
          _ = unsafe try receiveNow(into: $0)
        }
      } catch {
        // The connection is lost, and its client was told.
        return
      }
    }
    loop.callSoon { [self] in discard() }
  }

  /// One of its streams is not held any more.
  ///
  /// With the last of them it closes.
  func letGo() {
    guard loop.isOnThread else {
      loop.callSoonThreadsafe { [self] in letGo() }
      return
    }
    parties.streams -= 1
    guard parties.streams == 0 else { return }
    // A server's ends with its handler.
    if loop.isDebugging && !isClosing && parties.server == nil {
      let message = "\(label) is closed: neither its reader nor its writer is held any more."
      loop.report(ExceptionContext(message: message))
    }
    close()
  }
}
