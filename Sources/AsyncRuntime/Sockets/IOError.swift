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

  /// For people: `connect tcp → 127.0.0.1:9: Connection refused (Client/Main.swift:12)`.
  public var description: String { "\(operation) \(subject): \(reason) (\(fileID):\(line))" }
}
