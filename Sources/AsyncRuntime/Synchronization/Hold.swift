import AsyncTopBus

/// Who holds a lock or the like.
public struct Hold: Sendable {
  /// The id of the task, by which asynctop knows it.
  public let task: UInt64
  /// Since when, on the clock of loops that are not in a test.
  public let since: EventLoop.Instant

  // Nil if nobody does that the probe knows.
  init?(of resource: Probe.Resource) {
    guard let hold = resource.hold else { return nil }
    task = hold.task
    since = EventLoop.Instant(nanoseconds: hold.since)
  }
}
