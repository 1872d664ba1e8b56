import CAsyncTopLinux

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
