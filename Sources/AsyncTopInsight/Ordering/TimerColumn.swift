/// What is known of a timer, as a column of a table.
public enum TimerColumn: String, Hashable, Sendable, CaseIterable {
  /// Its id.
  case id
  /// The time until it is due.
  case left
  /// What it is for.
  case kind
  /// The task it belongs to.
  case owner
  /// Where it was armed.
  case site
}
