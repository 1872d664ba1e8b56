/// A task as its memory was at one moment: what can be read of it, and no more.
struct ScannedTask: Hashable, Sendable {
  /// What it did.
  enum State: Hashable, Sendable {
    /// It has been made and not been made runnable.
    case created
    /// It was runnable.
    case scheduled
    /// It was on a thread, or was just about to be or no more.
    case running
    /// It was suspended.
    case waiting
  }

  /// What it waited for.
  enum Wait: Hashable, Sendable {
    /// Nothing, or nothing that could be read.
    case none
    /// The task at an address.
    case task(UInt64)
    /// The continuation at an address.
    case continuation(UInt64)
    /// The group at an address.
    case group(UInt64)
    /// Its turn on the executor or actor at an address.
    case executor(UInt64, class: String)
  }

  /// The most frames of a backtrace that are read.
  static let frameLimit = 64

  /// Where it lies.
  let address: UInt64
  /// The runtime's id of it.
  let id: UInt64
  /// Its priority, as the raw value of Swift's `TaskPriority`.
  let priority: UInt8
  /// Whether it is a structured child.
  let isChild: Bool
  /// Whether it is an `async let`.
  let isAsyncLet: Bool
  /// Whether it was asked to stop.
  var isCancelled: Bool
  /// What it did.
  var state: State
  /// What it waited for.
  var wait: Wait = .none
  /// Its name, as bytes; empty if it has none.
  var name: [UInt8] = []
  /// The address of its structured parent, or 0.
  var parent: UInt64 = 0
  /// The address of the group that it is a child of, or 0.
  var group: UInt64 = 0
  /// The groups that it has open.
  var groups: [ScannedGroup] = []
  /// Where its functions go on, innermost first; empty while it runs.
  var backtrace: [UInt64] = []

  /// Whether the runtime made it, to end a sleep: it never runs before that, nobody has asked for
  /// it, and it has no priority.
  var isWakeUp: Bool {
    state == .created && !isChild && priority == 0 && wait == .none && name.isEmpty
  }
}

/// A task group as its memory was at one moment.
struct ScannedGroup: Hashable, Sendable {
  /// Where it lies.
  let address: UInt64
  /// Children that have not ended, or whose results were not taken.
  let pending: UInt64
  /// Of those, the ones that have ended.
  let ready: UInt64
  /// Whether it was cancelled as a whole.
  let isCancelled: Bool
}
