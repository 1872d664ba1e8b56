/// How a process that was looked at has come to its end.
public enum SessionEnding: Hashable, Sendable {
  /// It has ended.
  case exited
  /// It goes on as another program, whose name is untrusted: it executed that, or itself again.
  case replaced(by: String)
}
