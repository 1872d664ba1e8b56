public import AsyncTopLinux

/// Why a process or a region file can't be read, and what to do about it.
public struct RegionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of reasons.
  public enum Code: String, Hashable, Sendable {
    /// No process has this id or name.
    case noSuchProcess
    /// Several processes have this name.
    case ambiguous
    /// The process runs, but has no region.
    case notMonitored
    /// The kernel does not let this user look at the process.
    case notPermitted
    /// The region was made by another version of the probe.
    case otherVersion
    /// The region contradicts itself.
    case damaged
    /// There is no such file, or it is not a region.
    case noRegion
  }

  /// The kind of reason.
  public let code: Code
  /// What is wrong and what the user can do.
  public let message: String
  /// The system call's reason, if one failed.
  public let cause: Errno?

  /// Makes an error.
  public init(_ code: Code, _ message: String, cause: Errno? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  init(_ cause: Errno, opening path: String) {
    switch cause {
    case .accessDenied, .notPermitted:
      self.init(
        .notPermitted, "\(path) may not be read by this user; run asynctop as its owner or root",
        cause: cause)
    case .noSuchFile:
      self.init(.noRegion, "there is no \(path)", cause: cause)
    case .invalidArgument:
      self.init(.damaged, "\(path) is empty or no regular file, so it is no region", cause: cause)
    default:
      self.init(.noRegion, "\(path) can't be opened: \(cause)", cause: cause)
    }
  }

  /// The message.
  public var description: String { message }
}
