import CAsyncTopLinux
import Glibc

/// Messages for people.
public enum StandardError {
  /// How long a line may wait for a terminal or pipe that takes no more, in milliseconds.
  private static let patience: Int32 = 1_000

  /// Writes a line to standard error at once, as far as it can be written: a terminal that is
  /// stopped or a pipe that nobody reads gets nothing.
  public static func write(_ line: String) { put(line + "\n", patience) }

  /// Writes a text that takes the place of the last one like it, on a terminal; what that does not
  /// take at once is left out.
  ///
  /// - Parameter text: Of one line; empty to leave the line empty.
  public static func replaceLine(with text: String) { put("\r\u{1b}[K" + text, 0) }

  private static func put(_ text: String, _ patience: Int32) {
    var room = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    guard unsafe poll(&room, 1, patience) != 0 else { return }
    var text = text
    text.withUTF8 { bytes in
      _ = unsafe linux_write(STDERR_FILENO, bytes.baseAddress, bytes.count)
    }
  }

  /// Writes a line to standard error for a library in somebody's program: if it can't be written at
  /// once it is not, and no signal is raised by that.
  public static func report(_ line: String) {
    var line = line + "\n"
    line.withUTF8 { bytes in
      _ = unsafe linux_write_if_ready(STDERR_FILENO, bytes.baseAddress, bytes.count)
    }
  }
}

/// Ends the program because of a mistake in it, with one sentence on standard error.
///
/// Says why and where in release builds too, which drop the message of a precondition.
///
/// - Parameters:
///   - message: What was wrong.
///   - fileID: The file of who made the mistake; nil if that is not known.
///   - line: The line there.
public func programmerError(
  _ message: String, fileID: StaticString? = nil, line: UInt32 = 0
) -> Never {
  let location = line == 0 ? "" : fileID.map { "\($0):\(line): " } ?? ""
  StandardError.report("\(location)Fatal error: \(message)")
  linux_trap()
}
