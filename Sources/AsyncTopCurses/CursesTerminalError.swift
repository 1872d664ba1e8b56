/// Why a terminal can't be drawn on.
public struct CursesTerminalError: Error, Hashable, Sendable {
  /// The kind of reason.
  public enum Code: Hashable, Sendable {
    /// The path can't be opened.
    case cannotOpen
    /// What is there is a file or a pipe, not a terminal.
    case notATerminal
    /// Nothing is known about a terminal of this name.
    case unknownTerminal
    /// The terminal can't place its cursor.
    case unsuitableTerminal
    /// The process draws on a terminal already.
    case alreadyOpen
    /// The kernel refused something.
    case system
  }

  /// The kind of reason.
  public let code: Code
  /// What happened and what to do, as a sentence without its full stop.
  public let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}

extension CursesTerminalError: CustomStringConvertible {
  /// The message.
  public var description: String { message }
}
