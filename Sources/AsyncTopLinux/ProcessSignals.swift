import CAsyncTopLinux
import Glibc

/// The kernel's signals.
public enum ProcessSignals {
  /// `SIGHUP`: asks a service to look at its settings again.
  public static let hangUp = SIGHUP
  /// `SIGTERM`: asks a process to end.
  public static let terminate = SIGTERM
  /// `SIGKILL`: ends a process.
  public static let kill = SIGKILL

  /// Whether a number stands for a signal that programs may use.
  public static func exists(_ signal: Int32) -> Bool {
    (1..<32).contains(signal)
      || (linux_first_free_signal()...linux_last_free_signal()).contains(signal)
  }

  /// Whether a program may handle a signal of this number.
  public static func canBeHandled(_ signal: Int32) -> Bool {
    exists(signal) && signal != SIGKILL && signal != SIGSTOP
  }

  /// What people call a signal, without SIG: `TERM`, `RTMIN+2`; the number, if it is none.
  public static func name(of signal: Int32) -> String {
    if let name = unsafe linux_signal_name(signal) { return unsafe String(cString: name) }
    guard exists(signal) else { return "\(signal)" }
    return "RTMIN+\(signal - linux_first_free_signal())"
  }

  /// `SIGCONT`: lets a process go on that was stopped.
  public static let proceed = SIGCONT

  /// Sends a signal to a process, unless it has ended.
  public static func send(_ signal: Int32, to process: Int32) {
    Glibc.kill(process, signal)
  }

  /// Sends a signal to this process.
  public static func send(_ signal: Int32) {
    Glibc.kill(getpid(), signal)
  }
}
