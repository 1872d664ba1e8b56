/// What is looked at: a process live, or a recording at a moment.
public protocol Session: AnyObject {
  /// The state at the session's moment: now, or where playback stands.
  func snapshot() -> Snapshot
  /// How long a snapshot stays good; nil if whoever looks decides.
  var period: Duration? { get }
  /// Follow the polls of this task from now on, or of none.
  func observe(task: UInt64?)
  /// The polls of the task that is followed that have ended since the last call.
  func newPolls() -> NewPolls
}

extension Session {
  /// Nil: it can be looked at as often as one likes.
  public var period: Duration? { nil }

  /// Nothing is followed.
  public func observe(task: UInt64?) {}

  /// None.
  public func newPolls() -> NewPolls { NewPolls() }
}

extension LiveSession: Session {
  /// Has the app write events while a task is followed.
  public func observe(task: UInt64?) {
    isObserving = task != nil
    let record = task.flatMap { id in RegionReader(memory: memory).tasks().first { $0.id == id } }
    follower = record.map { PollFollower($0, in: memory) }
  }

  /// The polls of the task that is followed that have ended since the last call.
  public func newPolls() -> NewPolls {
    NewPolls(durations: follower.map { $0.collect().map(clock.nanoseconds) } ?? [])
  }
}
