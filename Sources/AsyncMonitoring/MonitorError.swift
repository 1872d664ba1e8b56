public import AsyncTopLinux

/// Why something of the monitor could not be started, and what to do about it.
public struct MonitorError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of reasons.
  @nonexhaustive
  public enum Code: String, Hashable, Sendable {
    /// The process is not exposed and can't be: `ASYNCTOP=off`, or no shared memory.
    case notExposed
    /// The recording can't be written.
    case recording
    /// The terminal can't be used.
    case terminal
    /// The signal can't be used.
    case signal
  }

  /// The kind of reason.
  public let code: Code
  /// What is wrong and what to do.
  public let message: String
  /// The system call's reason, if one failed.
  public let cause: Errno?

  /// Makes an error.
  public init(_ code: Code, _ message: String, cause: Errno? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message.
  public var description: String { message }
}
