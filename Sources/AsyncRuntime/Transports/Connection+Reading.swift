import Instrumentation

extension Connection {
  /// Receives more into `input`, waiting for it.
  ///
  /// Returns false at the end.
  nonisolated(nonsending)
    func receive(atLeast wanted: Int, at site: UInt32) async throws -> Bool
  {
    readsInARow += 1
    if readsInARow > Self.readsBeforeGivingWay {
      readsInARow = 0
      try await loop.giveWay(at: site)
    }
    while true {
      if isAtEnd { return false }
      if let lost { throw lost }
      if mayRead {
        if try receiveIntoInput(wanted) { return true }
        if isAtEnd { return false }
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

  nonisolated(nonsending)
    private func waitReadable(at site: UInt32) async throws
  {
    guard readers.isEmpty else { throw StreamError.alreadyReading }
    readsInARow = 0
    try await wait(in: readers, at: site)
  }
}
