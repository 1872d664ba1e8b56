/// What drives a connection from its events, where no stream waits for them.
protocol ConnectionClient: AnyObject {
  /// There may be something to receive.
  func mayReceive()

  /// More is kept to be sent than the high water mark.
  func mustPauseWriting()

  /// What is kept to be sent has come down to the low water mark.
  func mayResumeWriting()

  /// It is over.
  ///
  /// Once, in an iteration of its own, before the descriptor is closed.
  func hasEnded(_ error: (any Error)?)
}
