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
}
