import CAsyncTopProbe

/// A pending timer at one moment.
public struct TimerRecord: Sendable {
  /// What a timer is for.
  public enum Kind: UInt8, Hashable, Sendable {
    /// A task sleeps until then.
    case sleep = 1
    /// A callback is called then.
    case callback = 2
    /// A task is cancelled then, unless it is done.
    case timeout = 3
  }

  let copy: tp_timer

  /// Its id, unique in the process.
  public var id: UInt64 { copy.id }
  /// When it is due, in nanoseconds of `CLOCK_MONOTONIC`.
  public var deadline: UInt64 { copy.deadline }
  /// When it was armed, in ticks.
  public var armed: UInt64 { copy.armed }
  /// The id of the task it belongs to, or 0.
  public var owner: UInt64 { copy.owner }
  /// The site that armed it, or 0.
  public var site: UInt32 { copy.site }
  /// What it is for.
  public var kind: Kind { Kind(rawValue: copy.kind) ?? .callback }
  /// The place of its loop in the session's table of loops; nil for the default executor's timers.
  public var loopSlot: Int? { copy.loop == 0 ? nil : Int(copy.loop) - 1 }
}
