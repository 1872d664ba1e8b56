extension Subprocess {
  /// From where a subprocess gets its standard input.
  @nonexhaustive
  public enum Input: Sendable {
    /// From where this process does.
    case inherited
    /// There is nothing to read.
    case null
    /// From `Subprocess.stdin`.
    case pipe
    /// From an open file, by its number, which stays open here.
    case descriptor(Int32)
    /// From the standard output or error of another subprocess, without a detour through this
    /// process.
    ///
    /// Nothing may have been read from the stream. It is closed here, so that the other subprocess
    /// notices if this one stops to read.
    case output(StreamReader)
  }

  /// Where a subprocess has its standard output.
  @nonexhaustive
  public enum Output: Sendable {
    /// Where this process has it.
    case inherited
    /// Nowhere.
    case null
    /// It comes to `Subprocess.stdout`.
    case pipe
    /// In an open file, by its number, which stays open here.
    case descriptor(Int32)
  }

  /// Where a subprocess has its standard error.
  @nonexhaustive
  public enum ErrorOutput: Sendable {
    /// Where this process has it.
    case inherited
    /// Nowhere.
    case null
    /// It comes to `Subprocess.stderr`.
    case pipe
    /// In an open file, by its number, which stays open here.
    case descriptor(Int32)
    /// Where its standard output is.
    case standardOutput
  }
}
