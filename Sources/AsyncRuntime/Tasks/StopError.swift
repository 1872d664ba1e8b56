/// An error that is nobody's to handle but the program's: what `SystemExit` and `KeyboardInterrupt`
/// are to asyncio.
///
/// Conform an error of yours to it, to end the program from anywhere. Where a task or a callback
/// throws one, the loop ends its run after what it just runs, and who ran it gets the error. A
/// task group throws it bare, not in a `TaskGroupError`, and drops all others; it cancels its tasks
/// and waits for them first, which is when the runner is closed.
public protocol StopError: Error {}

extension EventLoop {
  // Returns whether it is the first one, which counts.
  @discardableResult
  func end(with error: any Error) -> Bool {
    phase.stop()
    return unhandledErrors.noteStop(error)
  }

  /// The error that has ended the run, if one has, for who ran the loop to throw.
  func takeStopError() -> (any Error)? {
    unhandledErrors.takeStop()
  }
}
