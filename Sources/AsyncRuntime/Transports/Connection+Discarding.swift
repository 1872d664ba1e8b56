extension Connection {
  private static let mostDiscarded = 64 * 1024

  /// Takes what comes once nobody will read it, and drops it.
  ///
  /// It closes when the other end has taken what is kept. If that end closes too, and has as much
  /// to send that nobody takes, they would wait for each other for ever.
  func discard() {
    guard isSocket else { return }
    for _ in 0..<Self.readsBeforeGivingWay {
      guard mayRead, !isAtEnd, !isShut else { return }
      do {
        unsafe try withUnsafeTemporaryAllocation(byteCount: Self.mostDiscarded, alignment: 1) {
          _ = unsafe try receiveNow(into: $0)
        }
      } catch {
        // It is lost, and everybody was told.
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
    streams -= 1
    guard streams == 0 else { return }
    // A server's ends with its handler.
    if loop.isDebugging && !isClosing && server == nil {
      let message = "\(label) is closed: neither its reader nor its writer is held any more."
      loop.report(ExceptionContext(message: message))
    }
    close()
  }
}
