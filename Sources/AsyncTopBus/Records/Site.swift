import CAsyncTopProbe

/// Where in the program something was created, or waits.
public enum Site: Hashable, Sendable {
  /// It was reported with its location in the source. The texts come from the app.
  case source(file: String, line: UInt32, function: String)
  /// Return addresses of the stack that created something, innermost first, and the code of the
  /// body of the task created, or 0.
  case code(stack: [UInt64], body: UInt64)
  /// Where functions go on after an await, innermost first.
  case resume([UInt64])
  /// The name of a class.
  case type(String)
}

/// What the tasks that were created at a site and have ended came to.
///
/// Counted by the app as each of them ends, so exact also when events were lost.
public struct SiteCounts: Sendable {
  let copy: tp_site_counts

  /// Those that returned.
  public var returned: UInt64 { copy.returned }
  /// Those that threw an error.
  public var threw: UInt64 { copy.threw }
  /// Those of which the Swift runtime did not say how they ended.
  public var unknown: UInt64 { copy.unknown }
  /// Of all of those, the ones that had been asked to stop.
  public var cancelled: UInt64 { copy.cancelled }
  /// Their polls.
  public var polls: UInt64 { copy.polls }
  /// Ticks that they spent on threads.
  public var busy: UInt64 { copy.busy }
  /// Ticks that they spent runnable and waiting for a thread.
  public var scheduled: UInt64 { copy.scheduled }
  /// Ticks of the longest poll of any of them.
  public var longestPoll: UInt64 { copy.longest }
}

/// An async backtrace: where a suspended task and its callers go on.
public struct Backtrace: Hashable, Sendable {
  /// The addresses, innermost first.
  public var frames: [UInt64]
  /// Whether there are more, which are not known.
  public var isCut: Bool

  /// Makes one.
  public init(frames: [UInt64], isCut: Bool = false) {
    self.frames = frames
    self.isCut = isCut
  }
}
