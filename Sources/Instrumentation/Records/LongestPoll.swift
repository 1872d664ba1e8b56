/// The longest stretch that something kept a thread for.
public struct LongestPoll: Hashable, Sendable {
  /// How long it took, in ticks.
  public let length: UInt64
  /// When it ended, in ticks.
  public let ended: UInt64
  /// The id of the task that ran, or 0: a callback, or unknown.
  public let task: UInt64
  /// The site of the callback, or 0.
  public let site: UInt32

  init?(length: UInt64, ended: UInt64, task: UInt64, site: UInt32 = 0) {
    guard length > 0 else { return nil }
    self.length = length
    self.ended = ended
    self.task = task
    self.site = site
  }
}
