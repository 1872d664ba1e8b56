/// What a task does at a moment.
public enum TaskState: UInt8, Hashable, Sendable, CaseIterable {
  /// It has ended.
  case ended = 0
  /// It exists and has not been made runnable.
  case created = 1
  /// It is runnable and waits for a thread.
  case scheduled = 2
  /// It runs on a thread.
  case running = 3
  /// It is suspended.
  case waiting = 4
}
