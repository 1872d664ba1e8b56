/// What is known of a task, as a column of a table.
public enum TaskColumn: String, Hashable, Sendable, CaseIterable {
  /// What it does.
  case state
  /// Its id.
  case id
  /// Its name.
  case name
  /// The time since it was created.
  case age
  /// The time it spent on a thread.
  case busy
  /// The time it was runnable and waited for a thread.
  case scheduled
  /// The time it was suspended.
  case idle
  /// How often it was resumed.
  case polls
  /// What it waits for.
  case waitsFor
  /// Since when it is in its state.
  case since
  /// Where it is.
  case at
  /// Where it was created.
  case site
}
