/// What a suspended task waits for.
public enum WaitReason: Hashable, Sendable {
  /// Nothing: it is not suspended.
  case none
  /// The result of the task with this id.
  case task(UInt64)
  /// A child of the group with this id.
  case group(UInt64)
  /// That somebody resumes the continuation at this address.
  case continuation(UInt64)
  /// Its turn on an executor or actor, at this address; `type` is the site of its class name, or 0.
  case executor(UInt64, type: UInt32)
  /// The timer with this id.
  case timer(UInt64)
  /// The resource with this id.
  case resource(UInt64)
  /// The future at this address.
  case future(UInt64)
  /// Something that the runtime did not say.
  case unknown
}
