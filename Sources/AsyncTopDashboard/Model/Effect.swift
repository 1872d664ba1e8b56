/// What whoever runs a dashboard must do after an input.
public enum Effect: Hashable, Sendable {
  /// Leave; with the signal that asked for it, if one did.
  case quit(signal: Int32?)
  /// Give the terminal back and stop, as the shell expects of C-z.
  case suspend
  /// Draw all again, also what has not changed.
  case redraw
  /// The session is at another moment: take a snapshot now.
  case sample
  /// Ask the app for events, or no longer: for the polls of the task that is looked at.
  case observe(task: UInt64?)
}
