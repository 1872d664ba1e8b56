/// A function that is called when a task or future has ended, as returned by `addDoneCallback`.
///
/// Sendable as its base class is; the token belongs to the loop's thread, and is set by who made
/// it.
public final class DoneCallback: Handle, @unchecked Sendable {
  // By which the task or future knows it; none is negative.
  var token = -1
}
