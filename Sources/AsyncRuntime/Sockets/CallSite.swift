import AsyncTopBus

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
