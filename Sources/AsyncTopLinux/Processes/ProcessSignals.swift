import CAsyncTopLinux
import Glibc

/// The kernel's signals.
public enum ProcessSignals {
  /// `SIGHUP`: asks a service to look at its settings again.
  public static let hangUp = SIGHUP
  /// `SIGINT`: interrupts, as C-c does.
  public static let interrupt = SIGINT
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

/// A signal that is counted while this exists.
///
/// Any number may watch one signal, up to 256 in the process. The signal's former disposition comes
/// back with the end of the last of them, unless somebody else has set one meanwhile.
///
/// By a handler, not by signalfd(2): that sees a signal only if it is blocked in every thread of
/// the process, which a library can't see to, and what is blocked is inherited by programs that are
/// started.
public final class SignalWatch: Sendable {
  private let counter: EventCounter
  private let watch: CInt

  /// Starts to count a signal.
  ///
  /// - Parameters:
  ///   - signal: The signal.
  ///   - replacesHandler: Whether a handler that is installed is replaced; it comes back.
  /// - Throws: `busy` if there is one that may not be, `invalidArgument` if the signal can't have a
  ///   handler, `tooManyFiles` and the like.
  public init(_ signal: Int32, replacesHandler: Bool = false) throws(Errno) {
    counter = try EventCounter()
    watch = linux_signal_watch(signal, counter.number, replacesHandler)
    guard watch >= 0 else { throw Errno.last }
  }

  // Afterwards no handler adds to the counter, which is closed next.
  deinit {
    if watch >= 0 { linux_signal_unwatch(watch) }
  }

  /// The kernel's number of a descriptor that can be read from when the signal has come.
  public var number: CInt { counter.number }

  /// How often it came since the last call, as far as the kernel tells: it may merge some.
  public func take() -> Int { Int(clamping: counter.reset()) }

  /// Waits until the signal comes, or for some time.
  ///
  /// - Returns: Whether it came since the last call.
  public func wait(milliseconds: Int32) -> Bool {
    Program.waitReadable(counter.number, milliseconds: milliseconds) && take() > 0
  }
}

/// SIGINT in two stages: the first only wakes a loop, the second ends the process.
public enum InterruptSignal {
  /// Starts to watch, unless a handler other than the system's default is installed.
  ///
  /// - Parameter counter: Is added to when the first one comes. Must live until `unwatch`.
  /// - Returns: Whether it is watched.
  public static func watch(_ counter: borrowing EventCounter) -> Bool {
    linux_interrupt_watch(counter.number)
  }

  /// Whether one came since `watch`.
  public static var came: Bool { linux_interrupt_count() > 0 }

  /// Restores the system's default handler.
  public static func unwatch() {
    linux_interrupt_unwatch()
  }
}
