/// What a session does not show, so that nobody takes a part for the whole.
public struct Losses: Hashable, Sendable {
  /// Tasks that found no free slot.
  public var tasks: UInt64 = 0
  /// Groups that found no free slot.
  public var groups: UInt64 = 0
  /// Timers that found no free slot.
  public var timers: UInt64 = 0
  /// Resources that found no free slot.
  public var resources: UInt64 = 0
  /// Threads that found no worker, whose events are not in any ring.
  public var threads: UInt64 = 0
  /// Events that were overwritten before this session's observer read them.
  public var events: UInt64 = 0

  /// Nothing lost.
  public init() {}

  /// Whether anything is missing.
  public var isEmpty: Bool { self == Losses() }
}
