/// A task group that has ended, or ends because of an error, takes no more tasks.
public struct AsyncTaskGroupClosed: Error, CustomStringConvertible {
  /// For people.
  public var description: String { "the task group takes no more tasks" }
}
