/// Something in a session that can be looked at by itself.
public enum EntityID: Hashable, Sendable {
  /// The task with this id.
  case task(UInt64)
  /// The group with this id.
  case group(UInt64)
  /// The timer with this id.
  case timer(UInt64)
  /// The resource with this id.
  case resource(UInt64)
  /// The future at this address; it is known by who waits for it.
  case future(UInt64)
  /// The executor or actor at this address, with the site of its class's name; it is known by who
  /// waits for it.
  case executor(UInt64, type: UInt32)
  /// A thread of those that run tasks: what a task has too long not been given.
  case thread
  /// Everything that was created at the site of this number.
  case site(UInt32)
  /// The thread in this place of the table of workers, with its loop if it runs one.
  case worker(Int)
  /// What a check found, by its number in the log.
  case warning(UInt64)
}
