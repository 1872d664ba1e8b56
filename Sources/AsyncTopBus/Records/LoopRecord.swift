import CAsyncTopProbe

/// An event loop at one moment, with times in ticks.
public struct LoopRecord: Sendable {
  let copy: tp_loop

  /// Its id, unique in the process.
  public var id: UInt64 { copy.id }
  /// When it was made.
  public var created: UInt64 { copy.created }
  /// How often it went round.
  public var iterations: UInt64 { copy.iterations }
  /// When its current iteration began; nil while it waits for events.
  public var iterationBegan: UInt64? { copy.iteration_began == 0 ? nil : copy.iteration_began }
  /// How long it was busy in all, without the current iteration.
  public var busy: UInt64 { copy.busy }
  /// How long it was busy in all, up to the moment given.
  public func busy(at now: UInt64) -> UInt64 {
    busy +| (iterationBegan.map { now -| $0 } ?? 0)
  }
  /// By how much the last due timer was late.
  public var lag: UInt64 { copy.lag }
  /// By how much a timer was late at worst, in the last minute or two.
  ///
  /// It is counted by the minute: this is the worst of the one that is counted now and of the one
  /// before it.
  public var worstLag: UInt64 { max(copy.lag_max, copy.lag_before) }
  /// Since when `worstLag` counts at least: when its current minute began.
  public var worstLagSince: UInt64 { copy.lag_window }
  /// Its longest job so far: a task's poll, or a callback; nil if none has ended.
  public var longestJob: LongestPoll? {
    LongestPoll(
      length: copy.longest_job, ended: copy.longest_ended, task: copy.longest_task,
      site: copy.longest_site)
  }
  /// How many jobs and callbacks the last iteration found.
  public var ready: UInt32 { copy.ready }
  /// How many timers are pending.
  public var timers: UInt32 { copy.timers }
  /// The worker whose thread runs it.
  public var worker: Int { Int(copy.worker) }
  /// Its name from the app, untrusted.
  public var name: String { copy.name.string }
}
