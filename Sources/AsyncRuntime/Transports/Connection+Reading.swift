import AsyncTopBus

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
    readsInARow += 1
    if readsInARow > Self.readsBeforeGivingWay {
      readsInARow = 0
      try await loop.giveWay(at: site)
    }
    while true {
      if isAtEnd { return nil }
      if let lost { throw lost }
      if mayRead {
        if let received = try attempt() { return received }
        if isAtEnd { return nil }
      }
      try await waitReadable(at: site)
    }
  }

  // Offers more room the more has come, so that quiet connections take little memory.
  private func receiveIntoInput(_ wanted: Int) throws -> Bool {
    let least = min(max(wanted, room), Self.mostReceived)
    let count = unsafe try input.append(atLeast: least, atMost: Self.mostReceived) { free in
      unsafe try receiveNow(into: free)
    }
    if count >= room { room = min(2 * room, Self.mostReceived) }
    return count > 0
  }

  @inline(__always)
  nonisolated(nonsending)
    private func waitReadable(at site: UInt32) async throws
  {
    guard count(.readers) == 0 else { throw StreamError.alreadyReading }
    readsInARow = 0
    try await wait(in: .readers, at: site)
  }
}
