/// Where a Swift runtime keeps what in its tasks, by the version and task size that it names.
///
/// Offsets are in bytes, from the start of what they belong to.
package struct RuntimeLayout: Hashable, Sendable {
  /// `_swift_concurrency_debug_internal_layout_version`.
  package let version: UInt32
  /// `_swift_concurrency_debug_asyncTaskSize`: the fragments of a task begin behind it.
  package let taskSize: UInt64
  /// The Swift versions that have it, for people.
  package let swift: String

  /// The layouts that were looked at; every other one is refused.
  package static let known = [RuntimeLayout(version: 1, taskSize: 208, swift: "6.3")]

  /// The layout of a version and a size; nil if it is not known.
  package static func known(version: UInt32, taskSize: UInt64) -> RuntimeLayout? {
    known.first { $0.version == version && $0.taskSize == taskSize }
  }
}

extension RuntimeLayout {
  /// The words of a task and what belongs to it: see `swift_task.h` of the probe.
  ///
  /// All known layouts have them here.
  enum TaskWord {
    static let metadata = 0
    static let references = 1
    /// Job flags in the low half, the low half of the id in the high half.
    static let flagsAndID = 4
    static let resume = 7
    static let resumeContext = 8
    static let status = 12
    static let record = 13
    static let firstSlab = 15
    static let idHigh = 18
    static let dependency = 20
  }

  /// What a job's flags say.
  enum JobFlag {
    static let kinds: UInt32 = 0xff
    static let child: UInt32 = 1 << 24
    static let groupChild: UInt32 = 1 << 26
    static let asyncLet: UInt32 = 1 << 28
    /// Bits that no task has set.
    static let unused: UInt32 = 0x88ff_0000
    /// The highest priority that Swift gives.
    static let highestPriority: UInt32 = 0x21
  }

  /// What a task's status says.
  enum StatusFlag {
    static let cancelled: UInt32 = 0x100
    static let running: UInt32 = 0x800
    static let enqueued: UInt32 = 0x1000
    static let complete: UInt32 = 0x2000
    static let hasDependency: UInt32 = 0x4000
    /// Bits that no known status has set.
    static let unused: UInt32 = 0xffff_0000
  }

  /// The kinds of records at a task's status.
  enum RecordKind {
    static let group: UInt64 = 2
    static let name: UInt64 = 6
  }
}
