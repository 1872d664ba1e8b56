// The kernel's reasons are part of the interface.
@_exported public import struct AsyncTopLinux.Errno

/// The kernel refused something: what, on what, why, and where in the program it was asked for.
public struct IOError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kernel's reason.
  public var reason: Errno
  /// What was tried, as a verb: `connect`, `receive`, `sendfile`.
  public var operation: String
  /// On what: a connection, an address, a path.
  public var subject: String
  /// The file in which it was asked for, or in which the connection was made.
  public var fileID: String
  /// The line there.
  public var line: UInt32

  /// Makes an error as the runtime throws it, for what stands in for a connection in tests.
  ///
  /// - Parameters:
  ///   - reason: The kernel's reason.
  ///   - operation: What was tried, as a verb.
  ///   - subject: On what.
  public init(
    reason: Errno, operation: String, subject: String, fileID: String = #fileID,
    line: UInt32 = #line
  ) {
    self.reason = reason
    self.operation = operation
    self.subject = subject
    self.fileID = fileID
    self.line = line
  }

  /// For people: `connect tcp → 127.0.0.1:9: Connection refused (Client/Main.swift:12)`.
  public var description: String { "\(operation) \(subject): \(reason) (\(fileID):\(line))" }

  // What Foundation makes of it, `localizedDescription` too, is the kernel's error then.

  /// The errors of the kernel, as Foundation calls them.
  public var _domain: String { "NSPOSIXErrorDomain" }

  /// The number of the kernel's reason.
  public var _code: Int { Int(reason.code) }
}
