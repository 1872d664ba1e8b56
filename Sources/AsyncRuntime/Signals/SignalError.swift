public import AsyncTopLinux

/// A signal can't be handled.
@nonexhaustive
public enum SignalError: Error, Hashable, CustomStringConvertible {
  /// There is no signal of this number.
  case invalid(Int32)
  /// It is one that programs can't handle: `KILL` or `STOP`.
  case uncatchable(Int32)
  /// The kernel or the process has no room for another watch.
  case unavailable(Int32, reason: Errno)

  /// For people.
  public var description: String {
    switch self {
    case .invalid(let signal): "there is no signal \(signal)"
    case .uncatchable(let signal): "signal \(signal) can't be handled"
    case .unavailable(let signal, let reason): "signal \(signal) can't be watched: \(reason)"
    }
  }
}
