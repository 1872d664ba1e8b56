// The kernel's reasons are part of the interface.
@_exported public import struct AsyncTopLinux.Errno
import AsyncTopBus

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

/// Where in the source something was asked for: for errors, and by its number for asynctop.
struct CallSite: Sendable {
  let fileID: StaticString
  let line: UInt32
  let number: UInt32

  init(_ fileID: StaticString, _ line: UInt32, _ function: StaticString? = nil) {
    self.fileID = fileID
    self.line = line
    number = Probe.site(fileID, line, function)
  }

  /// For people: `Client/Main.swift:12`.
  var text: String { "\(fileID):\(line)" }

  /// An error of a system call that was made for it.
  func error(_ reason: Errno, _ operation: String, _ subject: String) -> IOError {
    IOError(
      reason: reason, operation: operation, subject: subject, fileID: "\(fileID)", line: line)
  }
}
