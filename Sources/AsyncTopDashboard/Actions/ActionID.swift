/// Something a user can do; its raw value is its name in a key map.
public enum ActionID: String, Hashable, Sendable, CaseIterable {
  /// Leave.
  case quit
  /// Stop the program until the shell continues it.
  case suspend
  /// Draw all again.
  case redraw
  /// Show or hide the help.
  case help
  /// Stand still, or go on.
  case pause
  /// One step back: close, clear, return.
  case back
  /// Look at the selected row by itself.
  case details
  /// Show the tasks.
  case showTasks
  /// Show the tree.
  case showTree
  /// Show the timers.
  case showTimers
  /// Show the next view.
  case nextView
  /// Show the view before.
  case previousView
  /// Type a filter.
  case filter
  /// Choose the column to sort by.
  case sortMenu
  /// Sort by the next column.
  case sortNext
  /// Sort by the column before.
  case sortPrevious
  /// Sort the other way.
  case reverse
  /// One row up.
  case up
  /// One row down.
  case down
  /// One page up.
  case pageUp
  /// One page down.
  case pageDown
  /// To the first row.
  case first
  /// To the last row.
  case last
  /// Look at what it waits for.
  case followWait
  /// Look at who waits for it.
  case followWaiter
  /// Look at its owner.
  case followOwner
  /// Hide what is below.
  case fold
  /// Show what is below.
  case unfold
  /// Show everything, or hide all that is below the roots.
  case unfoldAll
  /// Show who waits for whom, or who owns whom.
  case toggleWaits
  /// One event forward.
  case eventForward
  /// One event back.
  case eventBack
  /// A tenth of a second forward.
  case tenthForward
  /// A tenth of a second back.
  case tenthBack
  /// Five seconds forward.
  case secondsForward
  /// Five seconds back.
  case secondsBack
  /// A tenth of the recording forward.
  case partForward
  /// A tenth of the recording back.
  case partBack
  /// To the start of the recording.
  case recordingStart
  /// To the end of the recording.
  case recordingEnd
  /// To the next mark.
  case nextMark
  /// To the mark before.
  case previousMark
  /// Twice as fast.
  case faster
  /// Half as fast.
  case slower
  /// As fast as it was.
  case normalSpeed
  /// Type a time to go to.
  case goToTime
  /// Show more or none of what the program writes.
  case output
  /// Scroll back in what the program has written.
  case outputBack
  /// Scroll on in it.
  case outputForward
  /// Let the program go on that was started stopped.
  case release
}
