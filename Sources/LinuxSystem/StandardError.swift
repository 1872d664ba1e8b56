import CLinux
import Glibc

/// Messages for people.
public enum StandardError {
  /// Writes a line to standard error at once, as far as it can be written.
  public static func write(_ line: String) {
    var line = line + "\n"
    line.withUTF8 { bytes in
      _ = unsafe Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
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
