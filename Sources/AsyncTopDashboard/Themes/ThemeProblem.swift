/// Something in a theme file that isn't as it should be.
public struct ThemeProblem: Hashable, Sendable {
  /// How bad it is.
  public enum Severity: String, Hashable, Sendable {
    /// The line was not understood and has no effect.
    case error
    /// The line has no effect, or not the one it seems to have.
    case warning
  }

  /// How bad it is.
  public let severity: Severity
  /// The line, counted from 1; nil if it is about the whole file.
  public let line: Int?
  /// What is wrong and what to do, as a sentence without its full stop.
  public let message: String
}

extension ThemeProblem: CustomStringConvertible {
  /// `12: error: …`, to be put after the name of the file and a colon.
  public var description: String {
    (line.map { "\($0): " } ?? "") + "\(severity.rawValue): \(message)"
  }
}
