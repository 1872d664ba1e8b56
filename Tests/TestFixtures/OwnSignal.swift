import Glibc

/// Signals that a test sends to itself.
public enum OwnSignal {
  /// Sends a signal to the calling thread, which has taken it when this returns.
  ///
  /// Not by kill(2): that may give the signal to another thread, where it can still be pending when
  /// the test has taken the handler away, and then does what it does by default.
  ///
  /// - Parameters:
  ///   - signal: The signal; it may be blocked in this thread.
  ///   - times: How often it is sent.
  public static func send(_ signal: Int32, times: Int = 1) {
    var one = sigset_t()
    var former = sigset_t()
    unsafe sigemptyset(&one)
    unsafe sigaddset(&one, signal)
    unsafe pthread_sigmask(SIG_UNBLOCK, &one, &former)
    for _ in 0..<times { pthread_kill(pthread_self(), signal) }
    unsafe pthread_sigmask(SIG_SETMASK, &former, nil)
  }
}
