/// What a task waits for, for people.
public struct WaitDescription: Hashable, Sendable {
  /// The kind of thing.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The result of a task.
    case task
    /// A child of a group.
    case group
    /// A timer.
    case timer
    /// A lock, a queue, a socket or another resource.
    case resource
    /// A continuation.
    case continuation
    /// The next element of a stream.
    case stream
    /// An element of a channel, or room in it.
    case channel
    /// The end of a sleep.
    case sleep
    /// A turn on an executor or actor.
    case executor
    /// A thread: it is runnable, and has not got one for long.
    case thread
    /// A future.
    case future
    /// Something the runtime did not say.
    case unknown
  }

  /// The kind of thing.
  public let kind: Kind
  /// A phrase that goes on after “waits for”; may contain names from the app, untrusted.
  public let text: String
  /// What can be looked at by itself.
  public let target: EntityID?
}
