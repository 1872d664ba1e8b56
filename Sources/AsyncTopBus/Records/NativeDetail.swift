/// How much of Swift's native tasks the probe sees, and why not more.
public enum NativeDetail: UInt32, Hashable, Sendable {
  /// The probe has not looked yet.
  case notStarted = 0
  /// Everything: creation, polls, waits, completion.
  case full = 1
  /// Polls and waits, but no sites of creation and no timers: the Swift runtime is linked into the
  /// executable.
  case partial = 2
  /// Nothing: the program has no Swift concurrency runtime.
  case noRuntime = 3
  /// Nothing: the Swift runtime keeps its tasks in a way that this version does not know.
  case unknownLayout = 4
  /// Nothing: the first tasks seen contradicted the layout.
  case selfTestFailed = 5
  /// What can be seen from outside: the process has no probe, and its memory is read now and then.
  ///
  /// Nobody counts and times what its tasks do.
  case scanned = 6
}
