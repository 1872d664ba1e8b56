/// How a process has ended.
public enum ProcessEnd: Hashable, Sendable {
  /// It exited, with a code from 0 to 255.
  case exited(Int32)
  /// A signal killed it.
  case killed(Int32)
}
