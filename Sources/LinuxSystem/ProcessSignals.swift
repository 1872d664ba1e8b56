import Glibc

/// The kernel's signals.
public enum ProcessSignals {
  /// Whether a program may handle a signal of this number.
  public static func canBeHandled(_ signal: Int32) -> Bool {
    (1...64).contains(signal) && signal != SIGKILL && signal != SIGSTOP
  }

  /// Sends a signal to this process.
  public static func send(_ signal: Int32) {
    kill(getpid(), signal)
  }
}
