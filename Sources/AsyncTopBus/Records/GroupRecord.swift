import CAsyncTopProbe

/// A task group at one moment.
public struct GroupRecord: Sendable {
  let copy: tp_group
  /// Its place in the table of groups, which is how its children name it.
  public let slot: Int

  /// Its id, unique in the process.
  public var id: UInt64 { copy.id }
  /// The id of the task that owns it.
  public var parent: UInt64 { copy.parent }
  /// When it was created, or had its first child, in ticks.
  public var created: UInt64 { copy.created }
  /// How many children it was given in all.
  public var spawned: UInt64 { copy.spawned }
  /// How many of them have ended.
  public var ended: UInt64 { copy.ended }
  /// How many run.
  public var live: UInt64 { spawned -| ended }
  /// The site of its creation, or 0.
  public var site: UInt32 { copy.site }
  /// Whether it is AsyncRuntime's, not Swift's own.
  public var isRuntime: Bool { UInt32(copy.kind) == TP_GROUP_RUNTIME.rawValue }
  /// Whether it was cancelled as a whole.
  public var isCancelled: Bool { copy.cancelled != 0 }
  /// Its name from the app, untrusted; empty if it has none.
  public var name: String { copy.name.string }
}
