/// Where a dashboard is shown.
public enum MonitorTerminal: Hashable, Sendable {
  /// The terminal that is the process's standard input and output.
  case current
  /// Another one, by its path, as `tty` prints it there. Nothing else may read from it: run
  /// `sleep infinity` in that shell.
  case path(String)
}
