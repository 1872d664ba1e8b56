public import Foundation
import Glibc

/// Waiting for what another process does: by asking again and again, with a limit.
public enum Waiting {
  /// What was waited for in vain.
  public struct Timeout: Error, CustomStringConvertible {
    public let description: String
  }

  /// The longest wait, in seconds.
  public static let limit: TimeInterval = 60

  /// Asks until there is an answer.
  @discardableResult
  public static func answer<Answer>(
    _ complaint: @autoclosure () -> String, within limit: TimeInterval = limit,
    _ ask: () throws -> Answer?
  ) throws -> Answer {
    let end = Date(timeIntervalSinceNow: limit)
    repeat {
      if let answer = try ask() { return answer }
      _ = poll(nil, 0, 10)
    } while Date() < end
    throw Timeout(description: complaint())
  }
}
