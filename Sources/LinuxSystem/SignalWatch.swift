import CLinux

/// A signal that is noted while this exists; then it has its former disposition back.
///
/// At most one at a time for each signal.
public final class SignalWatch: Sendable {
  private let signal: Int32
  private let counter: EventCounter

  /// Starts to note a signal.
  ///
  /// - Throws: `busy` if the signal has a handler already, and `invalidArgument` if it can't have
  ///   one.
  public init(_ signal: Int32) throws(Errno) {
    counter = try EventCounter()
    self.signal = signal
    guard linux_signal_watch(signal, counter.number) else {
      throw ProcessSignals.canBeHandled(signal) ? .busy : .invalidArgument
    }
  }

  deinit {
    linux_signal_unwatch(signal)
  }

  /// Waits until the signal comes, or for some time.
  ///
  /// - Returns: Whether it came since the last call.
  public func wait(milliseconds: Int32) -> Bool {
    guard Program.waitReadable(counter.number, milliseconds: milliseconds) else { return false }
    counter.reset()
    return true
  }
}
